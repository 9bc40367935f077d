// What the network must enforce, derived from instances, addresses and security groups.
import type { NetworkState, Opening } from '../engine.ts';
import { isAlive } from '../faults/decide.ts';
import type { Address, Group, Instance, Rule, State } from './state.ts';

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

const isRefused = ({ state, trouble, refusedUntil }: Instance, now: Date): boolean =>
  (state === 'pending' && trouble?.refused !== undefined) ||
  (refusedUntil !== undefined && now.getTime() < Date.parse(refusedUntil));

/** Addresses of instances that a blackhole has swallowed, and of those whose sshd is refused. */
function cutOff(state: State, now: Date): Pick<NetworkState, 'silenced' | 'refused'> {
  const connected = Object.values(state.instances).filter(isConnected);
  const holes = state.faults.filter((fault) => fault.kind === 'blackhole' && isAlive(fault, now));
  const swallowed = new Set(holes.map(({ instance }) => instance));
  return {
    silenced: connected.filter(({ id }) => swallowed.has(id)).map(({ privateIp }) => privateIp),
    refused: connected.filter((one) => isRefused(one, now)).map(({ privateIp }) => privateIp),
  };
}

/** Do packets follow the association already? */
const leads = ({ association }: Address, now: Date): boolean =>
  association?.leadsFrom === undefined || now.getTime() >= Date.parse(association.leadsFrom);

/** The whole network as the engine is to make it at this time. */
export function networkOf(state: State, now: Date): NetworkState {
  const addresses = new Map<string, string>();
  const checked = new Map<string, string>();
  const openings = new Map<string, Opening[]>();
  for (const instance of Object.values(state.instances).filter(isConnected)) {
    if (instance.publicIp !== undefined) addresses.set(instance.publicIp, instance.privateIp);
    if (instance.sourceDestCheck) checked.set(instance.privateIp, instance.id);
    openings.set(
      instance.privateIp,
      instance.groupIds.flatMap((id) => openingsOf(state, state.groups[id])),
    );
  }
  for (const address of Object.values(state.addresses)) {
    const instance = state.instances[address.association?.instanceId ?? ''];
    if (instance !== undefined && isConnected(instance) && leads(address, now))
      addresses.set(address.ip, instance.privateIp);
  }
  return { addresses, openings, checked, ...cutOff(state, now) };
}
