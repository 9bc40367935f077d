// What the network must enforce, derived from instances, addresses and security groups.
import type { NetworkState, Opening } from '../engine.ts';
import type { Group, Instance, Rule, State } from './state.ts';

const PROTOCOLS: Readonly<Record<string, Opening['protocol']>> = {
  '-1': 'all',
  tcp: 'tcp',
  udp: 'udp',
  icmp: 'icmp',
};

/** Whether an instance has a place in the network. */
const isConnected = (instance: Instance): boolean =>
  instance.state === 'pending' || instance.state === 'running' || instance.state === 'stopping';

const members = (state: State, groupId: string): string[] =>
  Object.values(state.instances)
    .filter((instance) => isConnected(instance) && instance.groupIds.includes(groupId))
    .map((instance) => instance.privateIp);

function opening(state: State, rule: Rule): Opening {
  const protocol = PROTOCOLS[rule.protocol] ?? 'all';
  const peers = rule.cidr !== undefined ? [rule.cidr] : members(state, rule.group ?? '');
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  if (!hasPorts || rule.fromPort === undefined || rule.toPort === undefined) return { protocol, peers };
  return { protocol, fromPort: rule.fromPort, toPort: rule.toPort, peers };
}

const openingsOf = (state: State, group: Group | undefined): Opening[] =>
  (group?.rules ?? [])
    .filter((rule) => !rule.egress)
    .map((rule) => opening(state, rule))
    .filter(({ peers }) => peers.length > 0);

/** The whole network as the engine is to make it. */
export function networkOf(state: State): NetworkState {
  const addresses = new Map<string, string>();
  const openings = new Map<string, Opening[]>();
  for (const instance of Object.values(state.instances).filter(isConnected)) {
    if (instance.publicIp !== undefined) addresses.set(instance.publicIp, instance.privateIp);
    openings.set(
      instance.privateIp,
      instance.groupIds.flatMap((id) => openingsOf(state, state.groups[id])),
    );
  }
  for (const { ip, association } of Object.values(state.addresses)) {
    const instance = state.instances[association?.instanceId ?? ''];
    if (instance !== undefined && isConnected(instance)) addresses.set(ip, instance.privateIp);
  }
  return { addresses, openings };
}
