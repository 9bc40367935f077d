// pool log, pool explain and pool replay in the fake world: what a maintainer did there, told and run again.
import { describe, expect, test } from 'vitest';
import { type JournalRecord, journalLine } from '../../../../src/pool/journal.ts';
import { FakeOutside, speak } from '../../fake-world.ts';
import { record } from '../../pool/records.ts';
import { next, type Party, started } from './party.ts';

/** A pool of three that has lost one and healed: its journal stands on the master and the standby. */
async function healed(more = ''): Promise<Party> {
  const all = next(await started(more));
  const last = [...all.outside.ec2.instances.keys()].sort().at(-1) ?? '';
  await all.outside.ec2.terminate([last]);
  await all.outside.clock.sleep(3_000);
  const { code, stderr } = await speak('pool maintain --once', all.outside);
  if (code !== 0) throw new Error(stderr);
  return next(all);
}

const nodesOf = async ({ outside: { ec2 } }: Party) => (await ec2.look('party')).nodes;
const because = 'minimum_instances is 3, 2 are there';

describe('pool log', () => {
  test('is a line for each record: when, by whom, what, and why', async () => {
    const { code, stdout, stderr } = await speak('pool log', (await healed()).outside);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d terminal /);
    expect(lines[0]).toContain(`launch 1: ${because}`);
    expect(stdout).toContain('configure node2: it was never configured');
    expect(stdout).toMatch(/configure node2 took \d+ ms/);
  });

  test('on a terminal no line is wider than it is; elsewhere none is cut', async () => {
    const all = await healed();
    Object.assign(all.outside.screen, { isTerminal: true, columns: 80 });
    const narrow = (await speak('pool log', all.outside)).stdout.trimEnd().split('\n');
    expect(Math.max(...narrow.map((line) => line.length))).toBe(80);
    expect((await speak('pool log', next(all).outside)).stdout).not.toContain('…');
  });

  test('row 15: --json is a document a line, each as it was written, and --since leaves out what is older', async () => {
    const all = await healed();
    const [master] = await nodesOf(all);
    const kept = all.machines.machine(master?.id ?? '').journal;
    expect((await speak('pool log --json', all.outside)).stdout).toBe(`${kept.join('\n')}\n`);
    const { time } = JSON.parse(kept.at(-1) ?? '') as JournalRecord;
    const later = await speak(['pool', 'log', '--json', '--since', time], next(all).outside);
    expect(later.stdout).toBe(`${kept.at(-1)}\n`);
    await all.outside.clock.sleep(60_000);
    expect((await speak('pool log --since 30s', next(all).outside)).stdout).toBe('');
    expect((await speak('pool log --json --since 5m', next(all).outside)).stdout).toBe(
      `${kept.join('\n')}\n`,
    );
  });

  test('--acts leaves what changed the pool, and nothing else', async () => {
    const { stdout } = await speak('pool log --acts', (await healed()).outside);
    expect(stdout).toMatch(/^\S+ [ \d]\d \S+ terminal launch 1: minimum_instances is 3, 2 are there\n$/);
  });

  test('puzzling: --since counts days and weeks, too, and takes a day alone', async () => {
    const all = await healed();
    const whole = (await speak('pool log --json', all.outside)).stdout;
    for (const since of ['1d', '1w', '2.days', '1 week', '9999w', '2000-01-01', '2000-01-01 10:00'])
      expect((await speak(['pool', 'log', '--json', '--since', since], next(all).outside)).stdout).toBe(
        whole,
      );
    await all.outside.clock.sleep(2 * 86_400_000);
    expect((await speak('pool log --json --since 1d', next(all).outside)).stdout).toBe('');
    expect((await speak('pool log --json --since 1w', next(all).outside)).stdout).toBe(whole);
  });

  test.for(['1y', '1M', '-1d', '2026-02-30', '2026-11-23T25:00', '2026-11-23 soon', '1d2h', 'd', ''])(
    'puzzling: --since %j is a mistake, with examples',
    async (since) => {
      const { code, stderr } = await speak(['pool', 'log', `--since=${since}`], (await started()).outside);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining('like 30s, 10m, 2h, 1d or 1w, or a time like'),
      ]);
    },
  );

  test('--since with anything else is a mistake', async () => {
    const { code, stderr } = await speak('pool log --since yesterday', (await healed()).outside);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--since must be a duration like 30s')]);
  });

  test('a master that is silent: the standby has the same, and that is said', async () => {
    const all = await healed();
    all.outside.nodes.answering = ({ name, state }) => state === 'running' && name !== 'node0';
    const { code, stdout, stderr } = await speak('pool log', all.outside);
    expect(code).toBe(0);
    expect(stdout).toContain(`launch 1: ${because}`);
    expect(stderr).toMatch(/node0 \(i-\w+\) does not answer on ssh\npool: read from node1 \(i-\w+\)\n/);
  });

  test('the same record from two hands is told once, and in the order of time', async () => {
    const all = await healed();
    const [master] = await nodesOf(all);
    const { journal } = all.machines.machine(master?.id ?? '');
    const once = journal.length;
    journal.push(...[...journal].reverse());
    const lines = (await speak('pool log --json', all.outside)).stdout.trimEnd().split('\n');
    expect(lines).toEqual(journal.slice(0, once));
  });

  test('a journal that is cut off is read up to there, and one that is damaged around it; both are said', async () => {
    const all = await healed();
    const [master] = await nodesOf(all);
    const machine = all.machines.machine(master?.id ?? '');
    const whole = machine.journal.length;
    machine.journal.push(journalLine(record()).slice(0, 300));
    machine.journal.unshift('{"v":1');
    const { code, stdout, stderr } = await speak('pool log', all.outside);
    expect([code, stdout.trimEnd().split('\n').length]).toEqual([0, whole]);
    expect(stderr).toBe(
      `the journal is damaged: line 1 cannot be read and is left out\nthe journal is cut off in the middle of line ${whole + 2}; the ${whole} records before it are read\n`,
    );
  });

  test('without a journal it says so; without a pool as pool list does', async () => {
    expect(await speak('pool log', next(await started()).outside)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('there is no journal yet'),
    });
    expect(await speak('pool log')).toMatchObject({ code: 0, stdout: 'Cloud is not running\n' });
  });

  test('where the nodes are gone, or none answers, the shared bucket has it', async () => {
    const all = await healed('shared_bucket: shared\ninstance_profile: poolparty\n');
    const { stdout } = await speak('pool log --json', all.outside);
    const silent = next(all);
    silent.outside.nodes.answering = () => false;
    const told = await speak('pool log --json', silent.outside);
    expect([told.code, told.stdout]).toEqual([0, stdout]);
    expect(told.stderr).toContain('pool: read from the bucket shared\n');
    await all.outside.clock.sleep(60_000);
    const explained = next(silent);
    explained.outside.nodes.answering = () => false;
    expect((await speak('pool explain', explained.outside)).stdout).toMatch(
      /^nobody maintains the pool now; .*\nlast word \d+ s ago, by .*: holding at 3/,
    );
    await speak('pool stop --yes', next(explained).outside);
    expect(await speak('pool log --json', next(explained).outside)).toMatchObject({ code: 0, stdout });
  });

  test('--follow goes on with what comes, and ends with 130 at Ctrl-C', async () => {
    const all = await healed();
    const { nodes, controller } = all.outside;
    const { handler } = nodes;
    const fresh = record({ time: new Date(all.outside.clock.ms + 1_000).toISOString(), because: 'news' });
    nodes.handler = async (node, script, options) => {
      if (!script.includes('\nfollow_journal ')) return await handler(node, script, options);
      const known = (await handler(node, script.replace('follow', 'tell'), options)).stdout ?? '';
      const bytes = new TextEncoder().encode(`${known}${journalLine(fresh)}\n`);
      options.onChunk?.(bytes.subarray(0, 100), 'stdout');
      options.onChunk?.(bytes.subarray(100), 'stdout');
      controller.abort();
      return {};
    };
    const { code, stdout } = await speak('pool log --follow', all.outside);
    const lines = stdout.trimEnd().split('\n');
    expect([code, lines.at(-1)?.slice(-4), new Set(lines).size]).toEqual([130, 'news', lines.length]);
  });
});

describe('pool explain', () => {
  test('says why the pool has its size, how long ago that was said, and what changed it last', async () => {
    const all = await healed();
    const { code, stdout } = await speak('pool explain', all.outside);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `^holding at 3: .* \\(\\d s ago, by terminal on \\S+\\)\nlast change \\d+ s ago, by \\S.*: launch 1: ${because}\n$`,
      ),
    );
  });

  test('row 15: --json is one document', async () => {
    const { stdout } = await speak('pool explain --json', (await healed()).outside);
    expect(JSON.parse(stdout)).toMatchObject({
      pool: 'party',
      maintained: true,
      acts: [],
      because: expect.stringContaining('holding at 3'),
      last_change: { acts: ['launch 1'], because },
    });
  });

  test('when nobody maintains any more it says so, and what to do', async () => {
    const all = await healed();
    await all.outside.clock.sleep(300_000);
    const { stdout } = await speak('pool explain', next(all).outside);
    expect(stdout).toMatch(
      /^nobody maintains the pool now; pool maintain does.*\nlast word 5 min ago, by .*: holding at 3/,
    );
  });

  test('where nobody ever did, and where there is no pool', async () => {
    expect(await speak('pool explain', next(await started()).outside)).toMatchObject({
      code: 0,
      stdout: 'nobody has maintained this pool yet; pool maintain does\n',
    });
    expect(await speak('pool explain')).toMatchObject({ code: 0, stdout: 'Cloud is not running\n' });
    const { stdout } = await speak('pool explain --json');
    expect(JSON.parse(stdout)).toMatchObject({ pool: 'party', because: null, last_change: null });
  });
});

describe('pool replay', () => {
  const journalOf = async (): Promise<FakeOutside> => {
    const outside = new FakeOutside();
    outside.typed = (await speak('pool log --json', (await healed()).outside)).stdout;
    return outside;
  };

  test("a journal's own policy and today's code decide the same", async () => {
    const outside = await journalOf();
    const ticks = (outside.typed ?? '').trimEnd().split('\n').length;
    expect(await speak('pool replay -', outside)).toMatchObject({
      code: 0,
      stdout: `${ticks} ticks replayed, 0 decided otherwise\n`,
      stderr: '',
    });
  });

  test('another policy shows each tick that it decides otherwise, with both reasons', async () => {
    const outside = await journalOf();
    outside.texts.set('/home/tester/party/other.yml', 'minimum_instances: 2\nmaximum_instances: 4\n');
    const { code, stdout } = await speak('pool replay - --policy other.yml', outside);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^[A-Z][a-z]{2} .* {2}then {2}launch 1: minimum_instances is 3, 2 are there\n +now {3}nothing: holding at 2/,
    );
    expect(stdout).toMatch(/\n\d+ ticks replayed, 1 decided otherwise\n$/);
  });

  test('what the settings may not mean is told before, for a policy and for the command line', async () => {
    const outside = await journalOf();
    const all = (outside.typed ?? '').trimEnd().split('\n').length;
    outside.texts.set(
      '/home/tester/party/other.yml',
      'minimum_instances: 3\nclient_port: 80\nhost_port: 8080\n',
    );
    expect(await speak('pool replay - --policy other.yml', outside)).toMatchObject({
      code: 0,
      stdout: `${all} ticks replayed, 0 decided otherwise\n`,
      stderr:
        "pool: other.yml:2: client_port 80 is below 1024, which the app's user may not open, unless your own " +
        'templates/poolparty-app.service lets it; choose one like 8001\n',
    });
    expect(await speak('pool replay - --contract-when load==0.1', await journalOf())).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+ ticks replayed, 0 decided otherwise\n$/),
      stderr:
        'pool: --contract-when: contract_when: "load == 0.1": load is measured, and hardly ever just that; use <= or >=\n',
    });
  });

  test('a setting on the command line takes the place of the recorded one; --json is one document', async () => {
    const outside = await journalOf();
    const { stdout } = await speak('pool replay - --minimum-instances 2 --json', outside);
    expect(JSON.parse(stdout)).toMatchObject({
      otherwise: 1,
      differences: [{ recorded: { acts: [{ do: 'launch', count: 1 }], because }, today: { acts: [] } }],
    });
  });

  test('a file that is cut off is read up to there, and said; one that is not there is a mistake', async () => {
    const outside = new FakeOutside();
    outside.texts.set('cut.jsonl', `${journalLine(record())}\n${journalLine(record()).slice(0, 99)}`);
    const { code, stdout, stderr } = await speak('pool replay cut.jsonl', outside);
    expect([code, stderr]).toEqual([
      0,
      'the journal is cut off in the middle of line 2; the 1 records before it are read\n',
    ]);
    expect(stdout).toContain('1 ticks replayed');
    expect(await speak('pool replay none.jsonl', new FakeOutside())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('none.jsonl: there is no such file'),
    });
    expect(await speak('pool replay', new FakeOutside())).toMatchObject({ code: 2 });
  });
});
