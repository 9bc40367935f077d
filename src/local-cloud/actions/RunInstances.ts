// RunInstances: writes the instances down and boots their machines behind the answer.
import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Reservation,
  type ResourceType,
  RunInstances$,
  type RunInstancesRequest,
} from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { launch, trouble } from '../life/launch.ts';
import { freeAddress, inside, privateTaken, publicTaken } from '../model/addresses.ts';
import { fingerprint, launchedBefore } from '../model/client-tokens.ts';
import { interfaceOf, newId, volumeOf } from '../model/ids.ts';
import { counts, wanted } from '../model/launch-request.ts';
import { checkQuota } from '../model/market.ts';
import type { Instance } from '../model/state.ts';
import { addTags, specifiedTags } from '../model/tags.ts';
import { keep } from '../own.ts';
import { reservationView } from '../views/instance.ts';
import { action, type Call, dryRun } from './action.ts';

const TAGGABLE: ResourceType[] = [
  'instance',
  'volume',
  'network-interface',
  'spot-instances-request',
  'elastic-gpu',
];

function privateAddress(asked: string | undefined, subnet: string, call: Call): string {
  const taken = privateTaken(call.state);
  if (asked === undefined) return freeAddress(subnet, taken);
  if (!inside(asked, subnet))
    throw new ApiError(
      'InvalidParameterValue',
      `Address ${asked} does not fall within the subnet's address range`,
    );
  if (taken.has(asked)) throw new ApiError('InvalidIPAddress.InUse', `Address ${asked} is in use.`);
  return asked;
}

function newInstance(
  input: RunInstancesRequest,
  call: Call,
  reservationId: string,
  launchIndex: number,
): Instance {
  const { cloud, state, region } = call;
  const { privateIp, ...rest } = wanted(input, state, region);
  const now = cloud.now().toISOString();
  const instance: Instance = {
    ...rest,
    id: newId('i'),
    reservationId,
    launchIndex,
    region,
    privateIp: privateAddress(privateIp, cloud.plan.subnets[rest.zone], call),
    mac: `02:${(randomBytes(5).toString('hex').match(/../g) ?? []).join(':')}`,
    clientToken: input.ClientToken ?? '',
    state: 'pending',
    health: 'initializing',
    bootedOnce: false,
    launchTime: now,
    made: now,
    transitionTime: now,
    sourceDestCheck: true,
    events: [],
  };
  if (instance.wantsPublicIp) instance.publicIp = freeAddress(cloud.plan.publicRange, publicTaken(state));
  return instance;
}

function remember(input: RunInstancesRequest, call: Call, instances: readonly Instance[]): void {
  if (!input.ClientToken) return;
  keep(call.state.launches, input.ClientToken, {
    fingerprint: fingerprint(input),
    reservationId: instances[0]?.reservationId ?? '',
    instanceIds: instances.map((one) => one.id),
    time: call.cloud.now().toISOString(),
  });
}

function launchAll(input: RunInstancesRequest, call: Call): Instance[] {
  const { most } = counts(input);
  const { type, spotRequest } = wanted(input, call.state, call.region);
  checkQuota(call.state, call.cloud.settings.vcpuLimit, type, most, spotRequest !== undefined);
  const kinds = ['instance', 'volume', 'network-interface', 'spot-instances-request'] as const;
  const tags = kinds.map((kind) => specifiedTags(input.TagSpecifications, kind, TAGGABLE));
  dryRun(input);
  const reservationId = newId('r');
  const instances: Instance[] = [];
  for (let index = 0; index < most; index++) {
    const instance = newInstance(input, call, reservationId, index);
    instance.trouble = trouble(call.cloud, instance);
    call.state.instances[instance.id] = instance;
    instances.push(instance);
    const ids = [instance.id, volumeOf(instance.id), interfaceOf(instance.id), instance.spotRequest];
    ids.forEach((id, at) => {
      if (id !== undefined) addTags(call.state, id, tags[at] ?? {});
    });
  }
  remember(input, call, instances);
  call.cloud.changed();
  for (const instance of instances) launch(call.cloud, instance);
  return instances;
}

/** "Maximum 64 ASCII characters". */
function checkToken(token: string | undefined): void {
  if (token !== undefined && !/^[\x20-\x7e]{0,64}$/.test(token))
    throw new ApiError('InvalidParameterValue', 'A client token has up to 64 ASCII characters.');
}

function run(asked: RunInstancesRequest, call: Call): Reservation {
  checkToken(asked.ClientToken);
  const before = launchedBefore(call.state, asked);
  const input = { ...asked, ClientToken: asked.ClientToken ?? randomUUID() };
  const instances = before ?? launchAll(input, call);
  return reservationView(call.state, instances, call.region);
}

export const RunInstances = action(RunInstances$, run);
