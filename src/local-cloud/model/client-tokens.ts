// Launches by ClientToken: the same request twice is one launch (EC2: "Ensuring idempotency").
import { createHash } from 'node:crypto';
import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { own } from '../own.ts';
import type { Instance, Launch, State } from './state.ts';

/** A text that is the same for the same request. */
export function fingerprint(input: RunInstancesRequest): string {
  const { DryRun: _, ...rest } = input;
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex');
}

/**
 * The instances that this request has launched already, or undefined when it is new. Throws
 * IdempotentParameterMismatch for another request of this token, IdempotentInstanceTerminated when they are gone.
 */
export function launchedBefore(state: State, input: RunInstancesRequest): Instance[] | undefined {
  const launch: Launch | undefined = own(state.launches, input.ClientToken);
  if (launch === undefined) return undefined;
  if (launch.fingerprint !== fingerprint(input))
    throw new ApiError(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  const instances = launch.instanceIds.flatMap((id) => own(state.instances, id) ?? []);
  const isOver =
    instances.length < launch.instanceIds.length || instances.some((one) => one.state === 'terminated');
  if (isOver)
    throw new ApiError(
      'IdempotentInstanceTerminated',
      'The instance that this idempotent request launched has been terminated.',
    );
  return instances;
}
