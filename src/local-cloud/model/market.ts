// The market that a launch buys in: on demand, or spot for once; and how much of both an account may have.
import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import { ApiError, invalidCombination, invalidValue } from '../api/errors.ts';
import { instanceType } from './instance-types.ts';
import type { Instance, State } from './state.ts';

/** True for spot. Throws for what this cloud does not sell. */
export function spotFor(input: RunInstancesRequest): boolean {
  const { MarketType, SpotOptions } = input.InstanceMarketOptions ?? {};
  if (MarketType === undefined) {
    if (SpotOptions !== undefined)
      throw invalidCombination('spotOptions can only be specified with the market type spot');
    return false;
  }
  if (MarketType !== 'spot')
    throw new ApiError('Unsupported', `The local cloud does not sell ${MarketType}.`);
  if (SpotOptions?.SpotInstanceType === 'persistent')
    throw new ApiError('Unsupported', 'The local cloud sells spot instances for once (one-time) only.');
  const behavior = SpotOptions?.InstanceInterruptionBehavior ?? 'terminate';
  if (behavior !== 'terminate')
    throw invalidValue(
      'instanceInterruptionBehavior',
      behavior,
      'A one-time request allows terminate alone.',
    );
  return true;
}

const vcpusOf = (type: string): number => instanceType(type)?.vcpus ?? 1;

const used = (state: State, isSpot: boolean): number =>
  Object.values(state.instances)
    .filter((one: Instance) => (one.spotRequest !== undefined) === isSpot)
    .filter(({ state: now }) => now === 'pending' || now === 'running')
    .reduce((sum, { type }) => sum + vcpusOf(type), 0);

/** Throws as EC2 does where so many more would be more vCPUs than an account may have of this market. */
export function checkQuota(state: State, limit: number, type: string, count: number, isSpot: boolean): void {
  if (used(state, isSpot) + count * vcpusOf(type) <= limit) return;
  if (isSpot) throw new ApiError('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
  throw new ApiError(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  );
}
