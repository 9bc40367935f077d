// DescribeInstanceStatus: does the machine answer, and is anything planned for it.
import {
  DescribeInstanceStatus$,
  type DescribeInstanceStatusRequest,
  type DescribeInstanceStatusResult,
  type InstanceStatus,
  type InstanceStatusSummary,
} from '@aws-sdk/client-ec2';
import { statusFields } from '../filters/others.ts';
import { filtered } from '../model/filters.ts';
import { findInstances } from '../model/find.ts';
import { page } from '../model/pages.ts';
import type { Instance } from '../model/state.ts';
import { zoneName } from '../model/zones.ts';
import { stateView } from '../views/instance.ts';
import { action, type Call } from './action.ts';

function summary(instance: Instance): InstanceStatusSummary {
  if (instance.state !== 'running') return { Status: 'not-applicable' };
  const status =
    instance.health === 'ok' ? 'passed' : instance.health === 'impaired' ? 'failed' : 'initializing';
  return { Status: instance.health, Details: [{ Name: 'reachability', Status: status }] };
}

/** The host below is well whenever the instance runs: what can hang here is the machine itself. */
const system = (instance: Instance): InstanceStatusSummary =>
  instance.state === 'running'
    ? { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] }
    : { Status: 'not-applicable' };

function view(instance: Instance, region: string): InstanceStatus {
  return {
    InstanceId: instance.id,
    AvailabilityZone: zoneName(region, instance.zone),
    InstanceState: stateView(instance.state),
    InstanceStatus: summary(instance),
    SystemStatus: system(instance),
    Events: instance.events.map(({ NotBefore, ...event }) => ({
      ...event,
      ...(NotBefore === undefined ? {} : { NotBefore: new Date(NotBefore) }),
    })),
  };
}

function describe(
  input: DescribeInstanceStatusRequest,
  { state, region }: Call,
): DescribeInstanceStatusResult {
  const ids = input.InstanceIds ?? [];
  const all = ids.length > 0 ? findInstances(state, ids) : Object.values(state.instances);
  const shown = all.filter((one) => input.IncludeAllInstances === true || one.state === 'running');
  const views = filtered(
    shown.map((one) => view(one, region)),
    input.Filters,
    statusFields,
  );
  const key = (one: InstanceStatus): string => one.InstanceId ?? '';
  const { items, next } = page(
    views.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    input,
    key,
  );
  return { InstanceStatuses: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeInstanceStatus = action(DescribeInstanceStatus$, describe, statusFields);
