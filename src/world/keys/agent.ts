// The person's ssh-agent: does it hold a key, and what it signs with it.
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';

/** A living agent answers at once; one that hangs holds no command up for longer, ms. */
const LIMIT = 1_000;

export type Asked =
  | { readonly agent: BaseAgent<ParsedKey>; readonly key: ParsedKey }
  | { readonly why: string };

const identities = (agent: BaseAgent<ParsedKey>): Promise<readonly ParsedKey[]> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('does not answer')), LIMIT);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) reject(new Error('does not answer'));
      else resolve((keys ?? []) as readonly ParsedKey[]);
    });
  });

/** sshd lets nobody try many keys: an agent with one key alone, however many the person's has. */
function withOneKey(agent: BaseAgent<ParsedKey>, key: ParsedKey): BaseAgent<ParsedKey> {
  class One extends ssh2.BaseAgent<ParsedKey> {
    override getIdentities(done: (error: undefined, keys: ParsedKey[]) => void): void {
      done(undefined, [key]);
    }
    override sign(...request: unknown[]): void {
      (agent.sign as (...all: unknown[]) => void)(...request);
    }
  }
  return new One() as BaseAgent<ParsedKey>;
}

/** Asks the agent at `socket` (SSH_AUTH_SOCK) for the key with this public half; `why` it cannot serve. */
export async function askAgent(socket: string | undefined, key: ParsedKey | undefined): Promise<Asked> {
  if (!socket) return { why: 'there is no ssh-agent (SSH_AUTH_SOCK)' };
  if (key === undefined)
    return { why: 'the ssh-agent cannot be asked for it: no public half stands beside it' };
  const agent = ssh2.createAgent(socket) as BaseAgent<ParsedKey>;
  try {
    const wire = key.getPublicSSH();
    const held = (await identities(agent)).find((one) => one.getPublicSSH().equals(wire));
    return held ? { agent: withOneKey(agent, held), key: held } : { why: 'the ssh-agent does not hold it' };
  } catch (error) {
    return { why: `the ssh-agent at ${socket} ${(error as Error).message}` };
  }
}
