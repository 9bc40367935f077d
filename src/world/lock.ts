// The lock of whoever acts on a pool: held on the master through an ssh session that lives as long as we do.
import { PoolError } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import { command } from '../pool/shell.ts';
import type { Templates } from '../pool/templates.ts';
import type { World } from './world.ts';

/** Another command may be at work for a moment: that long we wait for its end, in s. Who only asks is told at once. */
const PATIENCE = { take: 20, ask: 2 } as const;
/** The node lets go of the lock when it has not heard of us for 20 s; in ms. */
const SIGN_OF_LIFE = 5_000;
/** The exit code of a lock that somebody else holds. */
const TAKEN = 75;

/** `take`: the node's own maintain service stops for so long; `ask`: whoever maintains is left alone. */
export type LockManner = 'take' | 'ask';

export interface Held {
  /** Resolves when the lock is lost before it was released. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

async function* signsOfLife(world: World, ended: AbortSignal): AsyncGenerator<Uint8Array> {
  while (!ended.aborted) {
    yield new TextEncoder().encode('.');
    await world.clock.sleep(SIGN_OF_LIFE, ended);
  }
}

function takenBy(node: Node, holder: string, manner: LockManner): PoolError {
  const next = manner === 'ask' ? '--take-over maintains from here' : 'try again when it has ended';
  return new PoolError(`${node.name} (${node.id}): the pool is maintained by ${holder.trim()}; ${next}`);
}

const unlocked = (node: Node, why: string): PoolError =>
  new PoolError(`${node.name} (${node.id}): the pool's lock could not be taken: ${why}`);

/** Throws, naming the holder, where somebody else has it. */
export async function holdLock(
  world: World,
  templates: Templates,
  node: Node,
  who: string,
  manner: LockManner,
): Promise<Held> {
  const end = new AbortController();
  const script = [templates['lock.sh'], command('hold_lock', who, String(PATIENCE[manner]), manner)].join(
    '\n',
  );
  let said = '';
  let locked: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    locked = resolve;
  });
  const session = world.remote.run(node, script, {
    input: signsOfLife(world, end.signal),
    timeout: Number.POSITIVE_INFINITY,
    onChunk: (chunk) => {
      said += new TextDecoder().decode(chunk);
      if (/^locked\n/m.test(said)) locked();
    },
  });
  const over = session.then(
    ({ code }) =>
      code === TAKEN ? takenBy(node, said, manner) : unlocked(node, `code ${code}: ${said.trim()}`),
    (error: unknown) => unlocked(node, error instanceof Error ? error.message : String(error)),
  );
  const refusal = await Promise.race([begun.then(() => undefined), over]);
  if (refusal !== undefined) throw refusal;
  return {
    lost: over.then(() => undefined),
    release: async () => {
      end.abort();
      await over;
    },
  };
}
