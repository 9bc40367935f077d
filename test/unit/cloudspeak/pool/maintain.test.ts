// pool maintain in the fake world: it heals, says what it does and why, and ends within a step.
import { describe, expect, test, vi } from 'vitest';
import { readRecord } from '../../../../src/pool/journal-reader.ts';
import { speak } from '../../fake-world.ts';
import { refusal } from '../../fakes/account.ts';
import { next, type Party, started } from './party.ts';

const ids = ({ outside }: Party) => [...outside.ec2.instances.keys()].sort();

const begin = (all: Party) => speak('pool maintain', all.outside);

/** Its code is loaded while no virtual time should pass: the first look says that it is there. */
const met = ({ outside }: Party) => vi.waitFor(() => expect(outside.ec2.calls).toContain('look'), 20_000);

/** A pool of three whose last node has just been ended by somebody else. */
async function bereaved(): Promise<Party> {
  const all = next(await started());
  const [, , last = ''] = ids(all);
  await all.outside.ec2.terminate([last]);
  await all.outside.clock.sleep(3_000);
  all.outside.ec2.changes.length = 0;
  return all;
}

describe('pool maintain --once', () => {
  test('leaves a pool alone that is what it should be', async () => {
    const all = next(await started());
    expect(await speak('pool maintain --once', all.outside)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(all.outside.ec2.changes).toEqual([]);
  });

  test('row 56: launches what is missing, and waits until it is in every rotation', async () => {
    const all = await bereaved();
    const { code, stdout, stderr } = await speak('pool maintain --once', all.outside);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^-- launch 1 in us-east-1\w: minimum_instances is 3, 2 are there$/m);
    expect(stdout).toMatch(/^-- configure node2: it was never configured$/m);
    const alive = (await all.outside.ec2.look('party')).nodes.map(({ id }) => id).sort();
    expect(alive).toHaveLength(3);
    await all.outside.clock.sleep(2_000);
    for (const id of alive) expect(all.machines.up(id)).toEqual(alive);
  });

  test('writes down on the master and the standby what it decided, why, and how each step ended', async () => {
    const all = await bereaved();
    await speak('pool maintain --once', all.outside);
    const [zero, one] = (await all.outside.ec2.look('party')).nodes.map(({ id }) => all.machines.machine(id));
    expect(zero?.journal).toEqual(one?.journal);
    const records = (zero?.journal ?? []).map((line) => readRecord(line));
    expect(records).not.toContain(undefined);
    const because = 'minimum_instances is 3, 2 are there';
    expect(records.flatMap((one) => one?.acts)).toEqual([{ do: 'launch', count: 1, because }]);
    expect(records[0]).toMatchObject({ who: expect.stringMatching(/^terminal on /), because });
    expect(records.flatMap((one) => one?.steps)).toContain('configure node2: it was never configured');
    expect(records.flatMap((one) => one?.outcomes)).toContainEqual({
      step: 'configure node2: it was never configured',
      ok: true,
      why: undefined,
      ms: expect.any(Number),
    });
  });

  test('writes down why a step failed', async () => {
    const all = await bereaved();
    all.machines.refusing.set('node2', 'the disk of this node is full');
    await speak('pool maintain --once', all.outside);
    const [zero] = (await all.outside.ec2.look('party')).nodes.map(({ id }) => all.machines.machine(id));
    const outcomes = (zero?.journal ?? []).flatMap((line) => readRecord(line)?.outcomes ?? []);
    expect(outcomes).toContainEqual(
      expect.objectContaining({ ok: false, why: expect.stringContaining('the disk of this node is full') }),
    );
  });

  test('--dry-run says what it would do, with the reasons, and does nothing', async () => {
    const all = await bereaved();
    const { code, stdout } = await speak('pool maintain --once --dry-run', all.outside);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^launch 1 in us-east-1\w: minimum_instances is 3, 2 are there$/m);
    expect([all.outside.ec2.changes, all.outside.nodes.locks]).toEqual([[], []]);
  });

  test('without a pool there is nothing to maintain', async () => {
    const all = next(await started());
    for (const id of ids(all)) all.outside.ec2.instances.delete(id);
    expect(await speak('pool maintain --once', all.outside)).toMatchObject({
      code: 1,
      stderr: 'pool: Cloud is not running; pool start launches it\n',
    });
  });
});

describe('pool maintain', () => {
  test('row 70: Ctrl-C ends it with 130 and lets go of the lock', async () => {
    const all = next(await started());
    const { outside } = all;
    const running = speak('pool maintain', outside);
    await outside.clock.sleep(60_000);
    outside.controller.abort();
    expect((await running).code).toBe(130);
    expect(outside.nodes.locks).toEqual(['node0']);
  });

  test('row 69: a look that fails is told, and the loop goes on at its pace', async () => {
    const all = next(await started());
    const { outside } = all;
    const running = speak('pool maintain', outside);
    await outside.clock.sleep(20_000);
    outside.ec2.nextError.set('look', refusal('DescribeInstances', 'Unavailable', 'not now'));
    const [, , last = ''] = ids(all);
    await outside.clock.sleep(6_000);
    await outside.ec2.terminate([last]);
    await outside.clock.sleep(60_000);
    outside.controller.abort();
    const { stderr } = await running;
    expect(stderr).toBe('EC2 refused DescribeInstances: Unavailable: not now\n');
    expect((await outside.ec2.look('party')).nodes).toHaveLength(3);
  });

  test('row 55: each tick looks afresh: what somebody else launches is met, configured and served', async () => {
    const all = next(await started());
    const { outside } = all;
    const running = begin(all);
    await met(all);
    await outside.clock.sleep(20_000);
    const stranger = outside.ec2.has('party', { readyAt: outside.clock.ms }).id;
    const looks = outside.ec2.calls.filter((call) => call === 'look').length;
    await outside.clock.sleep(30_000);
    outside.controller.abort();
    await running;
    expect(outside.ec2.calls.filter((call) => call === 'look').length).toBeGreaterThan(looks + 5);
    const [master = ''] = ids(all);
    expect(all.machines.up(master)).toContain(stranger);
  });

  test('a pool that stops is left to its end', async () => {
    const all = await bereaved();
    const [address] = [...all.outside.ec2.addresses.values()];
    await all.outside.ec2.tag([address?.allocationId ?? ''], { 'poolparty:stopping': 'yes' });
    all.outside.ec2.changes.length = 0;
    const running = speak('pool maintain', all.outside);
    await all.outside.clock.sleep(60_000);
    all.outside.controller.abort();
    await running;
    expect(all.outside.ec2.changes).toEqual([]);
  });
});

describe('settings that change while it runs', () => {
  const FILE = '/home/tester/party/pool.yml';
  const change = async (to: (text: string) => string) => {
    const all = next(await started());
    const running = begin(all);
    await met(all);
    await all.outside.clock.sleep(20_000);
    all.outside.texts.set(FILE, to(all.outside.texts.get(FILE) ?? ''));
    await all.outside.clock.sleep(60_000);
    all.outside.controller.abort();
    const { code, stdout, stderr } = await running;
    const { nodes } = await all.outside.ec2.look('party');
    return { code, stdout, stderr, count: nodes.length };
  };

  test('a new minimum holds from then on', async () => {
    const { code, stdout, count } = await change((text) => text.replace('instances: 3', 'instances: 4'));
    expect([code, count]).toEqual([130, 4]);
    expect(stdout).toContain('-- The settings have changed; they hold from now on\n');
  });

  test('a file with a mistake is refused once, and the settings before stay', async () => {
    const { code, stderr, count } = await change((text) => text.replace('minimum', 'minimun'));
    expect([code, count]).toEqual([130, 3]);
    expect(stderr).toBe(
      'pool: the settings before stay: pool.yml:2: unknown key "minimun_instances"; did you mean "minimum_instances"?\n',
    );
  });
});

test('--json prints a record for each tick, and nothing else on stdout', async () => {
  const all = await bereaved();
  const { code, stdout } = await speak('pool maintain --once --json', all.outside);
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(code).toBe(0);
  expect(records[0]).toMatchObject({ v: 1, pool: 'party', acts: [{ do: 'launch', count: 1 }] });
  expect(records.every(({ because }) => typeof because === 'string')).toBe(true);
});
