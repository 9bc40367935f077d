// pool simulate: figures for each policy and for the reference, and what is said of bad input.
import { describe, expect, test } from 'vitest';
import { FakeOutside, speak } from '../../fake-world.ts';

/** Six hours, a value for each 5 minutes. */
function csv(value: (index: number) => number): string {
  const rows = Array.from({ length: 72 }, (_, index) => {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 300_000).toISOString();
    return `${at},${value(index)}`;
  });
  return ['timestamp,value', ...rows, ''].join('\n');
}

function outsideWith(files: Readonly<Record<string, string>> = {}): FakeOutside {
  const outside = new FakeOutside();
  outside.env = {};
  const given = { 'load.csv': csv((index) => (index < 60 ? 100 : 200)), ...files };
  for (const [name, text] of Object.entries(given)) outside.texts.set(`/home/tester/party/${name}`, text);
  return outside;
}

describe('pool simulate', () => {
  test('--json is the document of contract.md, the reference last', async () => {
    const { code, stdout } = await speak('pool simulate load.csv --json', outsideWith());
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(Object.keys(document)).toEqual(['trace', 'rows', 'policies']);
    expect([document.trace, document.rows]).toEqual(['load.csv', 72]);
    expect(document.policies.map((one: { name: string }) => one.name)).toEqual([
      'default',
      'AWS target tracking',
    ]);
    for (const policy of document.policies)
      expect(policy).toMatchObject({
        node_hours: expect.any(Number),
        overloaded_minutes: expect.any(Number),
        changes: expect.any(Number),
        price_usd: expect.any(Number),
      });
  });

  test('compares the policies of files with each other, named as they were', async () => {
    const files = {
      'pool.yml': 'name: web\nmaximum_instances: 3\n',
      'wide.yml': 'expand_when: load > 0.5\nsize: x9.unheard\n',
    };
    const { stdout } = await speak(
      'pool simulate load.csv --policy pool.yml --policy wide.yml --json',
      outsideWith(files),
    );
    const { policies } = JSON.parse(stdout);
    expect(policies.map((one: { name: string }) => one.name)).toEqual([
      'pool.yml',
      'wide.yml',
      'AWS target tracking',
    ]);
    expect(policies[0].node_hours).toBeLessThanOrEqual(18);
    expect(policies[1].price_usd).toBeNull();
  });

  test('shows the figures and draws them, the same width piped and on a terminal', async () => {
    for (const isTerminal of [false, true]) {
      const outside = outsideWith();
      outside.screen.isTerminal = isTerminal;
      outside.screen.columns = 80;
      const { stdout } = await speak('pool simulate load.csv', outside);
      expect(stdout).toContain('load.csv: 72 rows, 6 h; an instance carries 33.3; 2 to 20 × t3.small');
      expect(stdout).toMatch(/│ default +│ +\d+(\.\d)? │/);
      expect(stdout).toContain('━');
      expect(stdout).toContain('01-01 00:00');
      const lines = stdout.split('\n').filter((line) => !line.startsWith('overloaded:'));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });

  test('--svg draws a panel for each into a file', async () => {
    const outside = outsideWith();
    expect((await speak('pool simulate load.csv --svg course.svg', outside)).code).toBe(0);
    const svg = outside.texts.get('/home/tester/party/course.svg') ?? '';
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    for (const title of ['default', 'AWS target tracking', 'instances', 'nodes in rotation'])
      expect(svg).toContain(`>${title}</text>`);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toContain('NaN');
  });

  test('--generate needs no trace, and the same seed gives the same document', async () => {
    const line = 'pool simulate --generate daily --seed 7 --json';
    const [first, second] = [await speak(line, outsideWith()), await speak(line, outsideWith())];
    expect(first.stdout).toBe(second.stdout);
    expect(JSON.parse(first.stdout)).toMatchObject({ trace: 'daily (seed 7)', rows: 4_032 });
  }, 60_000);

  test('gaps, repeated rows and metrics that are not simulated are told on stderr', async () => {
    const rows = ['00:00,1', '00:05,1', '00:05,2', '00:10,1', '02:00,1'].map((row) => `2026-01-01 ${row}`);
    const files = {
      'odd.csv': ['timestamp,value', ...rows].join('\n'),
      'memory.yml': 'expand_when: memory > 80%\n',
    };
    const { code, stderr } = await speak('pool simulate odd.csv --policy memory.yml', outsideWith(files));
    expect(code).toBe(0);
    expect(stderr.trim().split('\n')).toEqual([
      'odd.csv: rows are missing in 1 place (usual step 5 min, longest 1 h 50 min); the last value holds',
      'odd.csv: 1 row has the time of the next one; the last of a time counts',
      'memory.yml: memory is not simulated; a rule on it never holds',
    ]);
  });

  test('what the settings may not mean is told once, before what is not simulated', async () => {
    const files = { 'odd.yml': 'expand_when: load == 0.5 or memory > 80%\n' };
    const line = 'pool -c odd.yml simulate load.csv --policy odd.yml --json';
    const { code, stdout, stderr } = await speak(line, outsideWith(files));
    expect(code).toBe(0);
    expect(JSON.parse(stdout).policies).toHaveLength(3);
    expect(
      stderr,
    ).toBe(`pool: odd.yml:1: expand_when: "load == 0.5": load is measured, and hardly ever just that; use <= or >=
odd.yml: memory is not simulated; a rule on it never holds
`);
  });

  test.for([
    ['pool simulate', 'simulate needs a trace'],
    [
      'pool simulate --generate dayly',
      '--generate takes one of daily, bursts, ramp, flash-crowd, not "dayly"',
    ],
    ['pool simulate load.csv --generate daily', 'simulate takes load.csv or --generate daily, not both'],
    ['pool simulate load.csv --policy both.yml', 'both.yml:1: expand_when and contract_when both hold'],
    ['pool simulate none.csv', 'none.csv: there is no such file'],
    ['pool simulate bad.csv', 'bad.csv:3: its time is before that of the row above'],
    ['pool simulate load.csv --policy none.yml', 'none.yml: there is no such file'],
    ['pool simulate load.csv --policy bad.yml', 'bad.yml:1: unknown key "minimun_instances"'],
    ['pool simulate load.csv --policy rule.yml', 'rule.yml:1: expand_when is no rule'],
    ['pool simulate load.csv --scale 0', '--scale takes a number above 0, not "0"'],
    ['pool simulate load.csv --seed x', '--seed takes a whole number, not "x"'],
  ] as const)('%s: one line, code 2', async ([line, message]) => {
    const files = {
      'bad.csv': 'timestamp,value\n2026-01-02 00:00,1\n2026-01-01 00:00,1\n',
      'bad.yml': 'minimun_instances: 2\n',
      'rule.yml': 'expand_when: lod > 1\n',
      'both.yml': 'expand_when: load > 0.5\ncontract_when: load < 0.6\n',
    };
    const { code, stdout, stderr } = await speak(line, outsideWith(files));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`pool: ${message}`);
  });
});
