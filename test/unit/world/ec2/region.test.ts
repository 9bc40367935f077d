// Where no region is said anywhere: told as a setting that is missing, wherever it is first asked for.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect, environment } from '../../../../src/world/ec2/client.ts';

const MISSING = {
  code: 2,
  message: 'no AWS region: source ~/.pool_keys (npm run dev:setup writes it), or set region (AWS_REGION)',
};

beforeEach(() => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/none');
});
afterEach(() => vi.unstubAllEnvs());

test('by the address of EC2, by what nodes are told, and by a region that is asked for', async () => {
  const ec2 = connect(undefined, {});
  await expect(ec2.region()).rejects.toMatchObject(MISSING);
  await expect(ec2.endpoint()).rejects.toMatchObject(MISSING);
  await expect(environment(ec2, {})).rejects.toMatchObject(MISSING);
});

test('a region of the settings is enough', async () => {
  const ec2 = connect('eu-west-1', {});
  expect(await ec2.region()).toBe('eu-west-1');
  expect(await ec2.endpoint()).toContain('eu-west-1');
});
