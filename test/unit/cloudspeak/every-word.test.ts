// Rows 15 and 16 for every word that there is: a word that is new has to say here what it does.
import { describe, expect, test } from 'vitest';
import { INSTANCE, POOL } from '../../../src/cloudspeak/words.ts';
import { speak } from '../fake-world.ts';
import { next, type Party, party, started } from './pool/party.ts';

/** How a word is spoken so that it has something to do; `ready`: what has to be there before. */
type Spoken = readonly [words: string, ready?: (all: Party) => unknown];

const journal = ({ outside }: Party) => void outside.texts.set('j.jsonl', '');
const trace = ({ outside }: Party) =>
  void outside.texts.set(
    '/home/tester/party/load.csv',
    'timestamp,value\n2026-01-01T00:00:00Z,1\n2026-01-01T01:00:00Z,2\n2026-01-01T02:00:00Z,1\n',
  );
/** Nodes that answer these scripts, which end or go like this, with these words; the others as ever. */
const telling =
  (mark: string, stdout: string) =>
  ({ outside: { nodes } }: Party) => {
    const { handler } = nodes;
    nodes.handler = (node, script, options) =>
      script.includes(mark) ? { stdout } : handler(node, script, options);
  };
const stopped = async ({ outside: { ec2 } }: Party) => {
  for (const { id } of (await ec2.look('party')).nodes)
    ec2.alter(id, { tags: { ...ec2.instances.get(id)?.tags, 'poolparty:protected': 'x' } });
};

/** The operator has another address than at the start. */
const moved = ({ outside: { ec2 } }: Party) => {
  ec2.callsFrom = { ...ec2.callsFrom, range: '192.0.2.77/32' };
};

/** Words that show something: with --json one document, alone on stdout. */
const SHOWN: Readonly<Record<string, Spoken>> = {
  'pool list': ['pool list'],
  'pool plan': ['pool plan'],
  'pool clouds': ['pool clouds'],
  'pool explain': ['pool explain'],
  'pool config': ['pool config'],
  'pool replay': ['pool replay j.jsonl', journal],
  'pool simulate': ['pool simulate load.csv --maximum-instances 3', trace],
  'pool maintain': ['pool maintain --once'],
  'pool log': ['pool log'],
  'pool doctor': ['pool doctor', telling('runuser', '12\n')],
  'pool authorize': ['pool authorize --me'],
  'pool failover': ['pool failover', telling('\ngo_on', 'state active\n')],
};

/** Documents come one a line there; there may be none. */
const STREAMS = ['pool maintain', 'pool log'];

/** Words that change something, each with what --dry-run says first. */
const CHANGES: Readonly<Record<string, readonly [...Spoken, RegExp]>> = {
  'pool start': ['pool start --minimum-instances 4', () => undefined, /^launch 1 in /m],
  'pool stop': ['pool stop', () => undefined, /^terminate node0, node1, node2: /m],
  'pool restart': ['pool restart', () => undefined, /^launch 1 in /m],
  'pool maintain': ['pool maintain --minimum-instances 4', () => undefined, /^launch 1 in /m],
  'pool grow': ['pool grow', () => undefined, /^launch 1: pool grow/m],
  'pool shrink': ['pool shrink --minimum-instances 1', () => undefined, /^leave 1: pool shrink/m],
  'pool resume': ['pool resume', stopped, /^permit node0: pool resume/m],
  'pool failover': ['pool failover --instance-profile web', () => undefined, /^move-address node1: /m],
  'pool configure': ['pool configure --max-connections 5', () => undefined, /^configure node0: .*differ/m],
  'pool authorize': ['pool authorize --me', moved, /^open tcp 22 from 192\.0\.2\.77\/32: /m],
  'instance ssh': ['instance ssh', () => undefined, /^ssh into node0: /m],
  'instance cmd': ['instance cmd i=1 cmd=reboot', () => undefined, /^run on node1: reboot$/m],
  'instance scp': ['instance scp src=a dest=/b', () => undefined, /^copy a to node0:\/b$/m],
  'instance start': ['instance start', () => undefined, /^start the services of node0: /m],
  'instance stop': ['instance stop', () => undefined, /^stop the services of node0: /m],
  'instance restart': ['instance restart', () => undefined, /^restart the services of node0: /m],
  'instance reconfigure': [
    'instance reconfigure i=1 --max-connections 5',
    () => undefined,
    /^configure node1: .*differ/m,
  ],
  'instance terminate': ['instance terminate i=2', () => undefined, /^leave node2: instance terminate/m],
  'instance install': [
    'instance install',
    telling('\nreport_lacking ', 'lacks haproxy\nsystem Linux x86_64 glibc 2.36\n'),
    /^install haproxy on node0: it lacks that$/m,
  ],
  'instance start_maintain': ['instance start_maintain', () => undefined, /^start-maintain node0: /m],
  'instance stop_maintain': ['instance stop_maintain', () => undefined, /^stop-maintain node0: /m],
};

/** No mistake, and hardly what is meant. */
const ODD = 'expand_when: load == 0.5\n';

/** These only print what they are asked for. */
const NEITHER = ['pool completion', 'pool local'];

const words = [POOL, INSTANCE].flatMap((program) =>
  program.words.map(({ name }) => `${program.name} ${name}`),
);

test('every word stands in one of the tables', () => {
  const told = new Set([...Object.keys(SHOWN), ...Object.keys(CHANGES), ...NEITHER]);
  expect([...told].sort()).toEqual([...words].sort());
});

describe('row 15: --json is alone on stdout, without colour', () => {
  // One pool for all of them: whoever changes it stands last.
  const pool = started('instance_profile: web\n');

  test.for(Object.entries(SHOWN))('%s', async ([name, [spoken, ready]]) => {
    const all = next(await pool);
    await ready?.(all);
    const { code, stdout } = await speak(`${spoken} --json`, all.outside);
    expect(code).toBe(0);
    const documents = STREAMS.includes(name) ? stdout.split('\n').filter((line) => line !== '') : [stdout];
    for (const one of documents) expect(() => JSON.parse(one)).not.toThrow();
    expect(stdout).not.toContain('\u001b');
  });
});

describe('what the settings may not mean is told once, on stderr', () => {
  const pool = started(ODD);

  test.for(Object.entries(SHOWN))('%s', async ([, [spoken, ready]]) => {
    const all = next(await pool);
    await ready?.(all);
    all.outside.texts.set('/home/tester/party/odd.yml', ODD);
    const policy = /replay|simulate/.test(spoken) ? ' --policy odd.yml' : '';
    const { stderr } = await speak(`${spoken}${policy} --json`, all.outside);
    expect(stderr.split('\n').filter((line) => line.includes('== 0.5'))).toEqual([
      expect.stringMatching(
        /^pool: (pool|odd)\.yml:\d+: expand_when: "load == 0\.5": load is measured, and hardly ever just that; use <= or >=$/,
      ),
    ]);
  });
});

describe('row 16: --dry-run prints the planned steps and changes nothing', () => {
  const pool = started('maximum_instances: 5\n');

  test.for(Object.entries(CHANGES))('%s', async ([, [spoken, ready, said]]) => {
    const all = next(await pool);
    await ready?.(all);
    all.outside.ec2.changes.length = 0;
    const files = JSON.stringify(nodesOf(all));
    const { code, stdout } = await speak(`${spoken} --dry-run`, all.outside);
    expect(code).toBe(0);
    expect(stdout).toMatch(said);
    expect(all.outside.ec2.changes).toEqual([]);
    expect(JSON.stringify(nodesOf(all))).toBe(files);
    expect(all.outside.nodes.locks).toEqual([]);
  });

  test('pool start, from nothing', async () => {
    const { outside } = party();
    expect((await speak('pool start --dry-run', outside)).stdout).toMatch(/^make-group: /);
    expect(outside.ec2.changes).toEqual([]);
  });
});

/** What is on the disks of the machines. */
const nodesOf = ({ outside, machines }: Party) =>
  [...outside.ec2.instances.keys()].map((id) => {
    const { files, servers } = machines.machine(id);
    return [id, [...files], [...servers]];
  });
