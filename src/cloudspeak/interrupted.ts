// What is said after Ctrl-C: what exists now, since it costs money, and how to go on.
import type { Pool } from '../pool/pool.ts';
import type { InFlight } from '../world/in-flight.ts';
import type { Terminal, World } from '../world/world.ts';
import type { PoolWord } from './word.ts';

/** The look at what exists may take so long, in ms: whoever pressed Ctrl-C waits for it. */
const LOOK_LIMIT = 5_000;

/** Instances, addresses and group, as EC2 tells of them and as this command has made them. */
async function whatExists({ cloud, settings, clock }: World, { launched }: InFlight): Promise<string> {
  let found: { readonly pool?: Pool; readonly groupId?: string | undefined } = {};
  const looks = Promise.all([cloud.look(settings.name), cloud.findGroup(settings.name)]);
  await clock.atMost(
    LOOK_LIMIT,
    looks.then(([pool, groupId]) => {
      found = { pool, groupId };
    }),
  );
  const { pool, groupId } = found;
  const ids = new Set([...(pool?.nodes.map(({ id }) => id) ?? []), ...launched]);
  const addresses = [pool?.address, ...(pool?.spare ?? [])].flatMap((one) => (one ? [one.ip] : []));
  const things = [
    ...ids,
    ...addresses.map((ip) => `address ${ip}`),
    ...(groupId === undefined ? [] : [`security group ${groupId}`]),
  ];
  if (pool === undefined)
    return ids.size === 0 ? 'EC2 does not say what exists' : `launched: ${[...ids].join(', ')}`;
  return things.length === 0 ? 'nothing of the pool exists' : `there are now: ${things.join(', ')}`;
}

const SAME = 'the same command again goes on from here';

/** `goesOn`: how, for a word that makes or removes what costs money; others change nothing of that kind, and may have their own `again`. */
export async function tellInterrupted(
  terminal: Terminal,
  name: string,
  world: World | undefined,
  inFlight: InFlight,
  { goesOn, again = SAME }: Pick<PoolWord, 'goesOn' | 'again'>,
): Promise<number> {
  const exists = world && goesOn !== undefined ? [await whatExists(world, inFlight)] : [];
  terminal.warn([`${name}: interrupted`, ...exists, goesOn ?? again].join('; '));
  return 130;
}
