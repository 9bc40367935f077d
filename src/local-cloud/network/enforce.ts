// Makes the network what the cloud's records say, and cuts connections of addresses that moved.
import type { NetworkState } from '../engine.ts';
import { attempt, run } from '../machines/command.ts';
import type { Names } from './names.ts';
import { outward } from './outward.ts';
import type { AddressPlan } from './plan.ts';
import { ruleset } from './rules.ts';

/** Replaces all rules of the cloud in one step. Rejects, with the former rules in force, when nft refuses. */
export async function enforce(names: Names, plan: AddressPlan, state: NetworkState): Promise<void> {
  const text = ruleset(names, plan, state, await outward());
  await run(['nft', '-f', '-'], text).catch((error: Error) => {
    throw new Error(`network of cloud ${names.cloudId} unchanged: ${error.message}`);
  });
}

/** Puts a table without any opening in place, unless the cloud has one: a restart must not close what is open. */
export async function enforceFirst(names: Names, plan: AddressPlan): Promise<void> {
  const { code } = await attempt(['nft', 'list', 'table', 'ip', names.table]);
  if (code !== 0) await enforce(names, plan, { addresses: new Map(), openings: new Map() });
}

/** Where public addresses lead at this moment, by the kernel: a restarted engine goes on from there. */
export async function mappedNow(names: Names): Promise<Map<string, string>> {
  const text = await run(['nft', '--json', 'list', 'map', 'ip', names.table, 'public']);
  const { nftables } = JSON.parse(text) as {
    nftables: ReadonlyArray<{ map?: { elem?: [string, string][] } }>;
  };
  return new Map(nftables.flatMap((one) => one.map?.elem ?? []));
}

/** Public addresses that lead elsewhere now, or nowhere. */
export function moved(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...before.keys()].filter((address) => after.get(address) !== before.get(address));
}

/** Forgets the connections that were made to these public addresses; what follows of them finds no partner. */
export async function cut(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) await attempt(['conntrack', '-D', '-d', address]);
}

/** Removes the cloud's table and whatever the kernel remembers of its connections. */
export async function lift(names: Names, plan: AddressPlan): Promise<void> {
  await run(['nft', '-f', '-'], `table ip ${names.table} {}\ndelete table ip ${names.table}\n`);
  for (const range of [plan.publicRange, plan.vpc]) {
    await attempt(['conntrack', '-D', '-d', range]);
    await attempt(['conntrack', '-D', '-s', range]);
  }
}
