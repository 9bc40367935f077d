// What becomes of one call of the API: refused, cut, answered out of date, or carried out as it should be.
import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import type { Cloud } from '../cloud.ts';
import { wanted } from '../model/launch-request.ts';
import type { Instance, State } from '../model/state.ts';
import { ZONES, zoneName } from '../model/zones.ts';
import { own } from '../own.ts';
import { delayOf, formOf } from './decide.ts';
import type { Fault, Occasion } from './fault.ts';
import { refuseYoung, withoutYoung } from './young.ts';

/** The connection ends without an answer. */
export class Cut extends Error {}

export interface Asked {
  readonly action: string;
  readonly input: object;
  readonly region: string;
  /** What the caller calls itself. */
  readonly agent: string;
}

/** In its user agent: it only looks at what is so, and is struck by nothing. */
const OBSERVER = 'poolparty-observer';

interface Fate {
  /** The records as this call sees them. */
  readonly state: State;
  /** The call is carried out, and its answer breaks off. */
  readonly isCutAfter: boolean;
}

const throttled = (): ApiError => new ApiError('RequestLimitExceeded', 'Request limit exceeded.', 503);

const failed = (form: string): ApiError =>
  form === 'internal'
    ? new ApiError('InternalError', 'An internal error has occurred', 500)
    : new ApiError('Unavailable', 'The service is unavailable. Please try again shortly.', 503);

/** AWS's words, with the zones that are left. */
function noCapacity({ zone, type, market }: Occasion, region: string): ApiError {
  const code = 'InsufficientInstanceCapacity';
  if (market === 'spot')
    return new ApiError(code, 'There is no Spot capacity available that matches your request.', 500);
  const others = ZONES.filter((one) => one !== zone).map((one) => zoneName(region, one));
  const name = `${region}${zone}`;
  return new ApiError(
    code,
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${name}). Our system will be working on provisioning additional capacity. You can currently get ${type} capacity by not specifying an Availability Zone in your request or choosing ${others.join(', ')}.`,
    500,
  );
}

/** Where and what is to be launched; a repeated launch needs no room, and one that is refused anyway says why itself. */
function launched(
  { action, input, region }: Asked,
  state: State,
): Pick<Instance, 'zone' | 'type' | 'spotRequest'>[] {
  if (action === 'StartInstances') {
    const { InstanceIds = [] } = input as { InstanceIds?: string[] };
    return InstanceIds.flatMap((id) => own(state.instances, id) ?? []).filter(
      (one) => one.state === 'stopped',
    );
  }
  const request = input as RunInstancesRequest;
  const isNew = action === 'RunInstances' && !request.DryRun;
  if (!isNew || own(state.launches, request.ClientToken) !== undefined) return [];
  try {
    return [wanted(request, state, region)];
  } catch {
    return [];
  }
}

function strikeLaunch(cloud: Cloud, asked: Asked): void {
  for (const { zone, type, spotRequest } of launched(asked, cloud.state)) {
    const market = spotRequest === undefined ? 'on-demand' : 'spot';
    const occasion: Occasion = { at: 'launch', action: asked.action, zone, type, market };
    if (cloud.strike(occasion).length > 0) throw noCapacity(occasion, asked.region);
  }
}

/** Refuses or cuts; whether the answer is to be cut. */
function strikeCall(hits: readonly Fault[]): boolean {
  let isCutAfter = false;
  for (const fault of hits) {
    if (fault.kind === 'throttle') throw throttled();
    if (fault.kind === 'error') throw failed(formOf(fault));
    if (formOf(fault) === 'before') throw new Cut();
    isCutAfter = true;
  }
  return isCutAfter;
}

const isLook = (action: string): boolean => action.startsWith('Describe');

function seenBy(cloud: Cloud, { action, input }: Asked): State {
  const now = cloud.now();
  const [lag] = isLook(action) ? cloud.strike({ at: 'read', action }) : [];
  const then = lag && cloud.past.before(delayOf(lag), now);
  const seen = withoutYoung(then ?? cloud.state, now);
  if (isLook(action)) return seen;
  // Who changes something changes the real records, but must not name what is not known yet.
  refuseYoung(input, cloud.state, seen);
  return cloud.state;
}

/** Throws an ApiError or Cut where a fault strikes the call before it is carried out. */
export function fateOf(cloud: Cloud, asked: Asked): Fate {
  if (asked.agent.includes(OBSERVER)) return { state: cloud.state, isCutAfter: false };
  const isCutAfter = strikeCall(cloud.strike({ at: 'call', action: asked.action }));
  strikeLaunch(cloud, asked);
  return { state: seenBy(cloud, asked), isCutAfter };
}
