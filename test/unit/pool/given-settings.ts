// Settings from a file, an environment and options that a test gives.
import { expect } from 'vitest';
import { PoolError } from '../../../src/pool/failure.ts';
import type { SettingKey } from '../../../src/pool/settings.ts';
import { loadSettings } from '../../../src/world/load-settings.ts';

const FILE = '/home/tester/party/pool.yml';

export interface Given {
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: Partial<Record<SettingKey, string>>;
  readonly asked?: string;
  readonly mustBeNamed?: boolean;
}

export const load = ({ file, env = {}, options = {}, asked, mustBeNamed = false }: Given) =>
  loadSettings(
    {
      env,
      cwd: '/home/tester/party',
      homedir: '/home/tester',
      readText: async (path) => (path === FILE || path === '/elsewhere/other.yml' ? file : undefined),
    },
    { options: new Map(Object.entries(options) as [SettingKey, string][]), file: asked, mustBeNamed },
  );

/** What is said about them, line by line; fails where they are accepted. */
export async function problems(given: Given): Promise<readonly string[]> {
  const error: unknown = await load(given).then(
    () => new Error('the settings were accepted'),
    (reason) => reason,
  );
  if (!(error instanceof PoolError)) throw error;
  expect(error.code).toBe(2);
  return [error.message, ...error.details];
}
