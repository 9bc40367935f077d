// DescribeInstances: by ids or filters, in pages, grouped by launch.
import {
  DescribeInstances$,
  type DescribeInstancesRequest,
  type DescribeInstancesResult,
} from '@aws-sdk/client-ec2';
import { invalidCombination } from '../api/errors.ts';
import { instanceFields } from '../filters/instances.ts';
import { elasticOf } from '../model/addresses.ts';
import { filtered } from '../model/filters.ts';
import { findInstances } from '../model/find.ts';
import { ACCOUNT } from '../model/ids.ts';
import { page } from '../model/pages.ts';
import type { Instance } from '../model/state.ts';
import { instanceView, reservationView } from '../views/instance.ts';
import { action, type Call } from './action.ts';

/** A key that sorts by launch, so that pages stay stable while instances come and go. */
const order = (instance: Instance): string =>
  `${instance.launchTime} ${instance.reservationId} ${String(instance.launchIndex).padStart(4, '0')} ${instance.id}`;

const byOrder = (a: Instance, b: Instance): number => (order(a) < order(b) ? -1 : 1);

function chosen(input: DescribeInstancesRequest, { state, region }: Call): Instance[] {
  const ids = input.InstanceIds ?? [];
  const all = ids.length > 0 ? findInstances(state, ids) : Object.values(state.instances);
  if ((input.Filters ?? []).length === 0) return all;
  const views = all.map((one) => ({
    ...instanceView(state, one, region),
    ReservationId: one.reservationId,
    OwnerId: ACCOUNT,
    elastic: elasticOf(state, one.id),
  }));
  const kept = new Set(filtered(views, input.Filters, instanceFields).map((view) => view.InstanceId));
  return all.filter((one) => kept.has(one.id));
}

function describe(input: DescribeInstancesRequest, call: Call): DescribeInstancesResult {
  if (input.InstanceIds?.length && input.MaxResults !== undefined)
    throw invalidCombination('The parameter instancesSet cannot be used with the parameter maxResults');
  const { items, next } = page(chosen(input, call).sort(byOrder), input, order);
  const launches = new Map<string, Instance[]>();
  for (const one of items) launches.set(one.reservationId, [...(launches.get(one.reservationId) ?? []), one]);
  return {
    Reservations: [...launches.values()].map((group) => reservationView(call.state, group, call.region)),
    ...(next === undefined ? {} : { NextToken: next }),
  };
}

export const DescribeInstances = action(DescribeInstances$, describe, instanceFields);
