// How this command logs in to nodes: with the private key's file, its passphrase asked for once, or by the person's ssh-agent.
import type { AnyAuthMethod, ParsedKey } from 'ssh2';
import { ownUsage } from '../../pool/failure.ts';
import type { KeyFile } from './file.ts';
import type { KeyText } from './read.ts';

/** A key to log in with. */
export interface Login {
  /** The public half. */
  readonly key: ParsedKey;
  /** The file's own key; undefined where the ssh-agent signs and nobody has asked for the passphrase. */
  readonly whole: ParsedKey | undefined;
  /** What ssh2 is to do for this user. */
  method(username: string): AnyAuthMethod;
}

export interface Keyring {
  /**
   * The key of this file, read once a command; a failed reading is made again. Throws PoolError with code 2, the reason
   * and the mend, where nobody can log in with it.
   */
  login(path: string): Promise<Login>;
  /** The same without the ssh-agent, which has refused to sign. */
  loginByFile(path: string): Promise<Login>;
}

export interface KeyringPlaces {
  /** SSH_AUTH_SOCK; undefined or empty for none. */
  readonly agentSocket?: string | undefined;
  /** Begins to ask the person. */
  questions?(): Promise<Asking>;
}

/** The person, who is asked until `end`. */
interface Asking {
  /** What the person types, unseen; empty for nothing, undefined where nobody can be asked. */
  ask(question: string): Promise<string | undefined>;
  /** No question follows. */
  end(): Promise<void>;
}

type Locked = Extract<KeyFile, { is: 'locked' }>;

/** A person mistypes. */
const TRIES = 3;

const ofFile = (key: ParsedKey): Login => ({
  key,
  whole: key,
  method: (username) => ({ type: 'publickey', username, key: key as unknown as Buffer }),
});

const removal = (path: string, text: string): string =>
  /BEGIN ENCRYPTED PRIVATE KEY/.test(text)
    ? `openssl pkey -in ${path} -out ${path}.open; chmod 600 ${path}.open`
    : `ssh-keygen -p -f ${path}`;

const unusable = (path: string, { why, mend }: Extract<KeyText, { is: 'unusable' }>) =>
  ownUsage(`the private key ${path} ${why}; ${mend(path)}`);

/** Nobody can be asked: what there is to do about it. */
const locked = (path: string, file: Locked, why: string) =>
  ownUsage(
    `the private key ${path} has a passphrase, ${why}, and there is no terminal to ask for it; give it to an agent (eval "$(ssh-agent)"; ssh-add ${path}), or take the passphrase away: ${removal(path, file.text)}`,
  );

/** Or why not. */
async function byAgent(socket: string | undefined, key: ParsedKey | undefined): Promise<Login | string> {
  const { askAgent } = await import('./agent.ts');
  const asked = await askAgent(socket, key);
  if ('why' in asked) return asked.why;
  const { agent, key: held } = asked;
  return { key: held, whole: undefined, method: (username) => ({ type: 'agent', username, agent }) };
}

function typed(path: string, file: Locked, why: string, answer: string | undefined): KeyText {
  if (answer === undefined) throw locked(path, file, why);
  if (answer === '') throw ownUsage(`no passphrase was given for ${path}; run the command again`);
  return file.read(answer);
}

async function tried(path: string, file: Locked, why: string, asking: Asking | undefined): Promise<Login> {
  for (let turn = 0; turn < TRIES; turn += 1) {
    const answer = await asking?.ask(`${turn > 0 ? 'Wrong. ' : ''}Passphrase of ${path}: `);
    const found = typed(path, file, why, answer);
    if (found.is === 'key') return ofFile(found.key);
    if (found.is === 'unusable') throw unusable(path, found);
  }
  throw ownUsage(`that is not the passphrase of ${path}; run the command again`);
}

export function createKeyring({ agentSocket, questions }: KeyringPlaces = {}): Keyring {
  const known = new Map<string, Promise<Login>>();

  async function byPassphrase(path: string, file: Locked, why: string): Promise<Login> {
    const asking = await questions?.();
    try {
      return await tried(path, file, why, asking);
    } finally {
      await asking?.end();
    }
  }

  async function find(path: string, withAgent: boolean): Promise<Login> {
    const { noPrivateHalf, publicHalfBeside, readKeyFile } = await import('./file.ts');
    const file = await readKeyFile(path);
    if (file.is === 'key') return ofFile(file.key);
    const half = file.publicHalf ?? (await publicHalfBeside(path));
    const found = withAgent ? await byAgent(agentSocket, half) : 'the ssh-agent refused to sign with it';
    if (typeof found !== 'string') return found;
    if (file.is === 'locked') return await byPassphrase(path, file, found);
    throw noPrivateHalf(path, file, found);
  }

  const once = (path: string, name: string, withAgent: boolean): Promise<Login> => {
    const before = known.get(name);
    if (before) return before;
    const login = find(path, withAgent);
    known.set(name, login);
    login.catch(() => known.delete(name));
    return login;
  };

  return {
    login: (path) => once(path, path, true),
    loginByFile: (path) => {
      const login = once(path, `${path} by file`, false);
      known.set(path, login);
      login.catch(() => known.delete(path));
      return login;
    },
  };
}
