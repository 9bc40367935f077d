import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { FIGURES } from '../../../src/pool/figures.ts';
import { findings, parseStat, requestsIn, serversIn, waitingIn } from '../../../src/pool/haproxy-stat.ts';
import { parseProbe, probeScript } from '../../../src/pool/probe.ts';

const recorded = (name: string): Promise<string> =>
  readFile(new URL(`./recorded/${name}.txt`, import.meta.url), 'utf8');

test('row 65: a recorded probe under load gives every figure, the queue of the backend included', async () => {
  expect(parseProbe(await recorded('probe-loaded'))).toEqual({
    load: 0,
    cpus: 2,
    memory: (2_097_152 - 1_946_116) / 2_097_152,
    queue: 172,
    requests: 7_817,
    notice: 'none',
    configHash: '4fd9553f56fd930b99433517ff6401894fdebb9b5ef5982e6cbaf73d007e7fca',
    servers: [
      { id: 'i-0aaa', status: 'UP', sessions: 64, checked: true, since: 590, total: 3_833, errors: 0 },
      { id: 'i-0bbb', status: 'UP', sessions: 64, checked: true, since: 589, total: 3_812, errors: 0 },
    ],
  });
});

test('row 65: one of a quiet node that tells neither memory nor notice', async () => {
  expect(parseProbe(await recorded('probe'))).toEqual({
    load: 0.18,
    cpus: 2,
    memory: undefined,
    queue: 0,
    requests: 1,
    notice: undefined,
    configHash: '82cbe6f689de221bf4a47c413bfb28aefb1a9ec6e9c95c77fd2ea1b9bf90a89a',
    servers: [
      { id: 'i-0aaa', status: 'UP', sessions: 0, checked: true, since: 4, total: 0, errors: 0 },
      { id: 'i-0bbb', status: 'DOWN', sessions: 0, checked: true, since: 3, total: 0, errors: 0 },
    ],
  });
});

test('row 64: what a node does not tell is unknown, never zero', () => {
  const nothing = {
    load: undefined,
    cpus: undefined,
    memory: undefined,
    queue: undefined,
    requests: undefined,
    notice: undefined,
    configHash: undefined,
    servers: [],
  };
  expect(parseProbe('')).toEqual(nothing);
  expect(parseProbe('load \ncpus 2\nmemory 100\nhash \n# pxname,svname,qcur\n\n')).toEqual({
    ...nothing,
    cpus: 2,
  });
  expect(parseProbe('memory 0 0\n').memory).toBeUndefined();
  expect(parseProbe('memory 100 200\n').memory).toBeUndefined();
});

test('columns are found by their names, and rows end where the table does', () => {
  const rows = parseStat(
    'load 1\n# pxname,svname,status,scur,\napp,i-1,MAINT,4,\napp,BACKEND,UP,4,\n\napp,i-2,UP,\n',
  );
  expect(serversIn(rows)).toEqual([{ id: 'i-1', status: 'MAINT', sessions: 4, checked: true }]);
  expect([waitingIn(rows), requestsIn(rows)]).toEqual([undefined, undefined]);
});

test('requests that wait for one certain server count beside those that wait for any', () => {
  const rows = parseStat('# pxname,svname,qcur,\npool,FRONTEND,,\napp,i-1,2,\napp,BACKEND,3,\n\n');
  expect(waitingIn(rows)).toBe(5);
});

test('the probe asks HAProxy once for all figures', () => {
  expect(probeScript.split('show stat')).toHaveLength(2);
  for (const { command } of Object.values(FIGURES)) expect(probeScript).toContain(command);
});

test.runIf(process.platform === 'linux')(
  'row 65: the commands themselves, here: load, cpus and memory',
  () => {
    const own = [FIGURES.load, FIGURES.cpus, FIGURES.memory].map(({ command }) => command).join('\n');
    const probe = parseProbe(execFileSync('sh', ['-c', own], { encoding: 'utf8' }));
    expect(probe).toMatchObject({ load: expect.any(Number), cpus: expect.any(Number) });
    expect(probe.memory).toBeGreaterThan(0);
    expect(probe.memory).toBeLessThan(1);
  },
);

test.each([
  ['L7OK', true],
  ['* L7OK', true],
  ['L4CON', true],
  ['INI', false],
  ['* INI', false],
  ['L7TOUT', false],
  ['* L7TOUT', false],
])('a server whose last check met %s has passed one: %s, for a full one is kept up', (check, checked) => {
  const text = `# pxname,svname,status,check_status\napp,i-0aaa,UP,${check}\n\n`;
  expect(serversIn(parseStat(text))).toMatchObject([{ id: 'i-0aaa', status: 'UP', checked }]);
});

test.for([
  ['all its answers', [10, 10], [40, 0], true],
  ['half of them', [10, 5], [40, 4], true],
  ['less than half', [10, 4], [40, 0], false],
  ['too few to say', [4, 4], [40, 0], false],
  ['the others do, too', [10, 10], [40, 30], false],
  ['nobody came to the others', [10, 10], [4, 0], false],
  ['nobody came at all', [0, 0], [0, 0], false],
] as const)(
  'F2: a server whose answers are 5xx is told apart from the others: %s',
  ([, own, others, isErring]) => {
    const server = (id: string, [total, errors]: readonly [number, number]) => ({
      id,
      status: 'UP',
      total,
      errors,
    });
    expect(findings([server('i-1', own), server('i-2', others)]).erring).toEqual(isErring ? ['i-1'] : []);
  },
);
