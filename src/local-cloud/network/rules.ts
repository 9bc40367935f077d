// What the network enforces, written as one nftables table: public addresses and security groups.
import type { NetworkState, Opening } from '../engine.ts';
import type { Names } from './names.ts';
import { type AddressPlan, metadataPort } from './plan.ts';

/**
 * The whole table as input of `nft -f -`, which replaces the former one in a single transaction.
 * Machines with the same openings share one chain, so that a hundred machines cost a hundred map entries.
 * `outward`: interfaces by which strangers come.
 */
export function ruleset(
  names: Names,
  plan: AddressPlan,
  state: NetworkState,
  outward: readonly string[] = [],
): string {
  return `table ip ${names.table} {}
delete table ip ${names.table}
table ip ${names.table} {
${[...maps(names, state), ...ownAddressChain(), ...addressChains(plan), ...guardChains(plan), ...silenceChains(), ...closedTo(outward, plan), ...openingChains(state)].join('\n')}
}
`;
}

function maps(names: Names, state: NetworkState): string[] {
  const cables = [...(state.checked ?? [])].map(([address, id]) => ({
    address,
    port: `"${names.port(id)}"`,
  }));
  const pairs = [...state.addresses].map(([outside, inside]) => `${outside} : ${inside}`);
  const themselves = [...state.openings.keys()].map((address) => `${address} . ${address}`);
  const chains = chainNames(state);
  const guards = [...state.openings].map(([address, list]) => `${address} : jump ${chains.get(keyOf(list))}`);
  return [
    `map public { type ipv4_addr : ipv4_addr; ${elements(pairs)} }`,
    `map guards { type ipv4_addr : verdict; ${elements(guards)} }`,
    `set itself { type ipv4_addr . ipv4_addr; ${elements(themselves)} }`,
    `set silenced { type ipv4_addr; ${elements(state.silenced ?? [])} }`,
    `set checked { type ifname; ${elements(cables.map(({ port }) => port))} }`,
    `set own { type ifname . ipv4_addr; ${elements(cables.map(({ port, address }) => `${port} . ${address}`))} }`,
    `set refused { type ipv4_addr; ${elements(state.refused ?? [])} }`,
  ];
}

function elements(list: readonly string[]): string {
  return list.length === 0 ? '' : `elements = { ${list.join(', ')} }`;
}

function addressChains(plan: AddressPlan): string[] {
  const metadata = `ip daddr 169.254.169.254 tcp dport 80 dnat to ${plan.address}:${metadataPort}`;
  return [
    'chain prerouting {',
    'type nat hook prerouting priority -110;',
    `iifgroup ${plan.interfaceGroup} ${metadata}`,
    'dnat to ip daddr map @public',
    '}',
    'chain host { type nat hook output priority -110; dnat to ip daddr map @public; }',
    'chain postrouting {',
    'type nat hook postrouting priority 90;',
    // A machine that calls its own public address must not see its own address as the caller's.
    `oifgroup ${plan.interfaceGroup} ip saddr . ip daddr @itself masquerade`,
    `ip saddr ${plan.vpc} oifgroup != ${plan.interfaceGroup} masquerade`,
    // Who comes from a container of this host is seen as itself: its network's firewall, which is asked later, would
    // hide it behind an address of the host's that it cannot know, and no security group could let it in.
    `oifgroup ${plan.interfaceGroup} ip saddr != ${plan.vpc} snat to ip saddr`,
    '}',
  ];
}

function guardChains(plan: AddressPlan): string[] {
  const machines = `oifgroup ${plan.interfaceGroup}`;
  // A public address that is nobody's says so, for nobody should wait minutes to learn it.
  const nobody = `ip daddr ${plan.publicRange} reject with icmp type host-unreachable`;
  return [
    `chain forward { type filter hook forward priority 0; ${nobody}; ${machines} jump guard; }`,
    'chain output {',
    'type filter hook output priority 0;',
    nobody,
    `${machines} ip saddr != ${plan.address} jump guard`,
    '}',
    'chain guard {',
    'ip daddr @refused tcp dport 22 reject with tcp reset',
    'ct state established,related accept',
    'ip daddr vmap @guards',
    'drop',
    '}',
  ];
}

/** Groups go by the address of who sends, so nobody may take another's: what comes by a cable is of its machine. */
function ownAddressChain(): string[] {
  const forged = 'iifname @checked iifname . ip saddr != @own drop';
  return [`chain own_address { type filter hook prerouting priority -290; ${forged}; }`];
}

/** Before the first hook that could answer, and after the last translation of an address: nobody hears a refusal. */
function silenceChains(): string[] {
  return [
    'chain silence_from { type filter hook prerouting priority -300; ip saddr @silenced drop; }',
    'chain silence_to { type filter hook postrouting priority 300; ip daddr @silenced drop; }',
  ];
}

/**
 * Linux takes a packet for any address of its own, whichever wire it comes by. The cloud's is for this machine, for
 * what runs on it, and for its own machines: not for the neighbours of the host.
 */
function closedTo(outward: readonly string[], plan: AddressPlan): string[] {
  if (outward.length === 0) return [];
  const wires = outward.map((name) => `"${name}"`).join(', ');
  return [
    'chain input {',
    'type filter hook input priority 0;',
    `iifname { ${wires} } ip daddr ${plan.address} drop`,
    '}',
  ];
}

function openingChains(state: NetworkState): string[] {
  const chains = chainNames(state);
  const seen = new Map([...state.openings.values()].map((list) => [keyOf(list), list]));
  return [...seen].map(([key, list]) => `chain ${chains.get(key)} { ${list.map(rule).join('')} }`);
}

function chainNames(state: NetworkState): Map<string, string> {
  const keys = [...new Set([...state.openings.values()].map(keyOf))];
  return new Map(keys.map((key, index) => [key, `openings_${index}`]));
}

function keyOf(list: readonly Opening[]): string {
  return JSON.stringify(list);
}

function rule(opening: Opening): string {
  const peers = opening.peers.filter((peer) => !peer.includes(':'));
  if (peers.length === 0) return '';
  return `${peerMatch(peers)}${portMatch(opening)} accept; `;
}

function peerMatch(peers: readonly string[]): string {
  return peers.some((peer) => peer.endsWith('/0')) ? '' : `ip saddr { ${peers.join(', ')} } `;
}

function portMatch({ protocol, fromPort, toPort }: Opening): string {
  if (protocol === 'all') return '';
  if (protocol === 'icmp') return 'meta l4proto icmp';
  if (fromPort === undefined) return `meta l4proto ${protocol}`;
  return `${protocol} dport ${fromPort}-${toPort ?? fromPort}`;
}
