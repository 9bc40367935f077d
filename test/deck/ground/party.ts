// A pool to play with: the two commands for it, its machines seen from outside, and its end.
import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { join } from 'node:path';
import type { listDocument } from '../../../src/pool/listing.ts';
import type { CloudGround } from './cloud.ts';
import { launch, type Running, type Said } from './command.ts';

export type Listing = ReturnType<typeof listDocument>;

/** What a visitor gets: status and body, or a throw within 2 s. */
export const visit = (url: string, timeout = 2_000): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout);
    const request = get(url, { agent: false, signal }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
  });

/**
 * A pool of a name that nobody else has. `settings` are environment variables beside the cloud's own;
 * undefined takes one away.
 */
export function party(cloud: CloudGround, what: string, settings: Record<string, string | undefined> = {}) {
  const name = `${what}-${randomBytes(3).toString('hex')}`;
  const env: NodeJS.ProcessEnv = {
    ...cloud.env,
    CONFIG_FILE: join(cloud.pack, 'examples', 'hello', 'pool.yml'),
    POOL_NAME: name,
    ...settings,
  };
  const begin = (bin: string, words: readonly string[], input = ''): Running =>
    launch(process.execPath, [join(cloud.pack, 'bin', bin), ...words], { env, cwd: cloud.home, input });
  const [POOL, INSTANCE] = ['pool', 'instance'].map((bin) => join(cloud.pack, 'bin', bin));
  const programs = { ...env, NODE: process.execPath, POOL, INSTANCE };
  /** A line for bash, without input; `$NODE`, `$POOL` and `$INSTANCE` are the commands. */
  const inShell = (line: string): Promise<Said> =>
    launch('bash', ['-c', line], { env: programs, cwd: cloud.home }).ended;
  /** The same with a terminal of its own, and input. */
  const onTerminal = (line: string, input = ''): Promise<Said> => {
    const options = { env: { ...programs, TERM: 'xterm', SHELL: '/bin/sh' }, cwd: cloud.home, input };
    return launch('script', ['--quiet', '--return', '--command', line, '/dev/null'], options).ended;
  };
  const pool = (...words: readonly string[]): Promise<Said> => begin('pool', words).ended;
  const instance = (...words: readonly string[]): Promise<Said> => begin('instance', words).ended;
  const list = async (): Promise<Listing> => JSON.parse((await pool('list', '--json')).stdout) as Listing;
  /** What a command prints on nodes: on one as it is, on several with their names before each line. */
  const on = async (nodes: string, command: string): Promise<string> => {
    const said = await instance('cmd', `i=${nodes}`, `cmd=${command}`);
    if (said.code !== 0) throw new Error(`${command} on ${nodes}: code ${said.code}: ${said.stderr}`);
    return said.stdout.trimEnd();
  };
  return {
    name,
    env,
    knownHosts: join(cloud.home, '.poolparty', 'pools', name, 'known_hosts'),
    begin,
    inShell,
    onTerminal,
    pool,
    instance,
    list,
    on,
    /** For afterAll: no test may leave machines behind. */
    end: () => pool('stop', '--yes'),
  };
}
