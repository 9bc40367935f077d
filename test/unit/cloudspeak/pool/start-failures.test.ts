// pool start where something fails: it is named, the others serve, and nothing waits for ever.
import { describe, expect, test } from 'vitest';
import { type FakeOutside, speak } from '../../fake-world.ts';
import { refusal } from '../../fakes/account.ts';
import { party } from './party.ts';

const MINUTE = 60_000;

describe('row 53: failure on one node does not stop the others', () => {
  test('an app that never becomes healthy: the node, the URL, the answer and the last 20 lines of the log', async () => {
    const { outside, machines } = party();
    machines.unhealthy.add('node1');
    const { code, stderr } = await speak('pool start', outside);
    expect(code).toBe(1);
    expect(stderr).toMatchInlineSnapshot(`
      "pool: 1 of 3 nodes did not come up; mend it, then run pool start again; pool stop ends all
      node1 (i-00000004): the app is not healthy: http://10.0.0.4:8001/health (Host: localhost) answered: HTTP 500: the database is away
        | log line 1
        | log line 2
        | log line 3
        | log line 4
        | log line 5
        | log line 6
        | log line 7
        | log line 8
        | log line 9
        | log line 10
        | log line 11
        | log line 12
        | log line 13
        | log line 14
        | log line 15
        | log line 16
        | log line 17
        | log line 18
        | log line 19
        | log line 20
      "
    `);
    const { nodes } = await outside.ec2.look('party');
    const others = [nodes[0]?.id, nodes[2]?.id];
    for (const { id } of nodes) expect(machines.up(id)).toEqual(others);
  });

  test('a configuration that is refused: its last words and the node, in the summary', async () => {
    const { outside, machines } = party();
    machines.refusing.set('node2', 'haproxy refuses the new haproxy.cfg');
    const { code, stderr } = await speak('pool start', outside);
    expect(code).toBe(1);
    expect(stderr).toContain('pool: 1 of 3 nodes did not come up; mend it, then run pool start again');
    expect(stderr).toMatch(/^node2 \(i-\w+\) could not be configured \(code 1\)\n {2}\| haproxy refuses/m);
    const { nodes } = await outside.ec2.look('party');
    expect(machines.up(nodes[0]?.id ?? '')).toEqual([nodes[0]?.id, nodes[1]?.id]);
  });

  test('all of them: nothing serves, each is named', async () => {
    const { outside, machines } = party();
    for (const name of ['node0', 'node1', 'node2']) machines.unhealthy.add(name);
    const { code, stderr } = await speak('pool start', outside);
    expect(code).toBe(1);
    expect(stderr).toContain('3 of 3 nodes did not come up');
    for (const name of ['node0', 'node1', 'node2']) expect(stderr).toMatch(new RegExp(`^${name} `, 'm'));
  });
});

test('a node that somebody else ended while it was waited for is no failure of the start', async () => {
  const { outside } = party();
  const silent = (await_: string) => await_ === 'node1';
  outside.nodes.answering = (node) => !silent(node.name) && node.state === 'running';
  const said = speak('pool start', outside);
  await outside.clock.sleep(2 * MINUTE);
  const { nodes } = await outside.ec2.look('party');
  const id = nodes.find(({ name }) => silent(name))?.id ?? '';
  outside.nodes.answering = (node) => node.id !== id && node.state === 'running';
  await outside.ec2.terminate([id]);
  const { code, stdout, stderr } = await said;
  expect(stderr).toMatch(/^node\d \(\S+\) has left the pool while it was waited for: /);
  expect(code).toBe(0);
  expect(stdout).toContain('Cloud is running: 3 nodes serve');
});

describe('row 33: every wait has a limit', () => {
  test('sshd never answers on one node: it is named within 6 minutes, the others serve', async () => {
    const { outside, machines } = party();
    const began = outside.clock.ms;
    outside.nodes.answering = (node) => node.name !== 'node1' && node.state === 'running';
    const { code, stderr } = await speak('pool start', outside);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^node1 \(i-\w+\): no answer on ssh within 300 s: connection refused$/m);
    expect(outside.clock.ms - began).toBeLessThan(6 * MINUTE);
    const { nodes } = await outside.ec2.look('party');
    expect(machines.up(nodes[0]?.id ?? '')).toEqual([nodes[0]?.id, nodes[2]?.id]);
  });

  test('an instance that never leaves pending', async () => {
    const { outside } = party();
    const began = outside.clock.ms;
    outside.ec2.has('party', { state: 'pending', readyAt: Number.POSITIVE_INFINITY });
    const { code, stderr } = await speak('pool start', outside);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^node\d \(i-00000001\): still pending after 300 s$/m);
    expect(outside.clock.ms - began).toBeLessThan(6 * MINUTE);
  });

  test('instances that end as they are born: a few are tried, and the reason is shown', async () => {
    const { outside } = party();
    const { launch } = outside.ec2;
    outside.ec2.launch = async (request) => {
      const launched = await launch.call(outside.ec2, request);
      for (const { id } of launched) outside.ec2.end(id, 'Client.VolumeLimitExceeded: Volume limit exceeded');
      return launched;
    };
    const { code, stderr } = await speak('pool start', outside);
    expect(code).toBe(1);
    expect(stderr).toContain('too many of them end while they boot');
    expect(stderr).toContain('ended while it booted: Client.VolumeLimitExceeded: Volume limit exceeded');
    expect(outside.ec2.instances.size).toBeLessThanOrEqual(6);
  });

  test('a node that an HAProxy does not reach is named, and asked about with pauses', async () => {
    const { outside, machines } = party();
    const began = outside.clock.ms;
    machines.unreachable.add('us-east-1c');
    const { code, stderr } = await speak('pool start', outside);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^node\d \(i-\w+\): the HAProxy of node\d does not find its app well at 10\.0\.0\.\d+:8001; /m,
    );
    expect(outside.clock.ms - began).toBeLessThan(3 * MINUTE);
    expect(outside.nodes.scripts.length).toBeLessThan(250);
  });

  test('an address that gives no good answer though all nodes are up', async () => {
    const { outside } = party();
    const began = outside.clock.ms;
    outside.answers = () => {
      throw new Error('connect ETIMEDOUT');
    };
    const { code, stderr } = await speak('pool start', outside);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^pool: all nodes are up but the pool's address gives no good answer: http:\/\/\S+\/\.poolparty-alive: connect ETIMEDOUT; run pool start again$/m,
    );
    expect(outside.clock.ms - began).toBeLessThan(2 * MINUTE);
  });
});

describe('row 36: a zone without capacity', () => {
  test('is stepped over: its node is launched in another', async () => {
    const { outside } = party();
    outside.ec2.exhausted.add('us-east-1b');
    expect((await speak('pool start', outside)).code).toBe(0);
    const zones = [...outside.ec2.instances.values()].map(({ zone }) => zone);
    expect([zones.length, zones.includes('us-east-1b')]).toEqual([3, false]);
  });

  test('everywhere: asked again with pauses, then reported plainly', async () => {
    const { outside } = party();
    for (const zone of ['us-east-1a', 'us-east-1b', 'us-east-1c']) outside.ec2.exhausted.add(zone);
    const began = outside.clock.ms;
    const { code, stderr } = await speak('pool start', outside);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^pool: EC2 refused RunInstances: InsufficientInstanceCapacity: We have none in \S+; set size to a list of types, or zones to others, or try again later\n$/,
    );
    const took = outside.clock.ms - began;
    expect(took).toBeGreaterThan(7_000 - 1);
    expect(took).toBeLessThan(20_000);
    expect([...outside.ec2.instances]).toEqual([]);
  });

  test('a launch that was refused for haste is asked again', async () => {
    const { outside } = party();
    outside.ec2.nextError.set('launch', refusal('RunInstances', 'RequestLimitExceeded', 'Slow down.'));
    expect((await speak('pool start', outside)).code).toBe(0);
    expect(outside.ec2.instances.size).toBe(3);
  });
});

describe('row 36: what EC2 refuses is reported plainly', () => {
  const refusals = [
    ['allocateAddress', 'AddressLimitExceeded', 'release an address, or set public_ip to one of your own'],
    ['openGroup', 'RequestLimitExceeded', ''],
    [
      'launch',
      'VcpuLimitExceeded',
      'ask AWS for a higher quota of vCPUs, or lower minimum_instances, or set a smaller size',
    ],
    ['launch', 'ExpiredToken', 'log in again, then repeat the command'],
    ['associate', 'RequestExpired', "log in again, or set this machine's clock, then repeat the command"],
  ] as const;
  test.for(refusals)('%s: %s', async ([call, code, hint]) => {
    const { outside } = party();
    outside.ec2.nextError.set(call, refusal(call, code, 'We have none.'));
    const answer = await speak('pool start', outside);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toBe(`pool: EC2 refused ${call}: ${code}: We have none.${hint && `; ${hint}`}\n`);
  });
});

describe('row 36: sizes in order', () => {
  test('a zone without the first has it in another zone, and no zone has it: the next one is taken', async () => {
    const { outside } = party();
    outside.env['POOL_SIZE'] = 't3.small t3a.small';
    for (const zone of ['us-east-1a', 'us-east-1b', 'us-east-1c'])
      outside.ec2.exhausted.add(`${zone} t3.small`);
    expect(await speak('pool start', outside)).toMatchObject({ code: 0, stderr: '' });
    expect(outside.ec2.requests.map(({ type }) => type)).toEqual(['t3a.small', 't3a.small', 't3a.small']);
    const zones = [...outside.ec2.instances.values()].map(({ zone }) => zone).sort();
    expect(zones).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
    expect(outside.ec2.calls.filter((call) => call === 'launch').length).toBeLessThan(12);
  });
});

describe('row 36: spot', () => {
  const NONE = 'no spot instance is to be had in these zones; launching on demand\n';
  const markets = (outside: FakeOutside) => outside.ec2.requests.map(({ market }) => market);

  test('instances are asked for where spot is set', async () => {
    const { outside } = party('spot: true\n');
    expect(await speak('pool start', outside)).toMatchObject({ code: 0, stderr: '' });
    expect(markets(outside)).toEqual(['spot', 'spot', 'spot']);
  });

  test('where none is to be had, they are launched on demand, and that is said once', async () => {
    const { outside } = party('spot: true\n');
    for (const zone of ['us-east-1a', 'us-east-1b', 'us-east-1c'])
      outside.ec2.exhausted.add(`${zone} t3.small spot`);
    expect(await speak('pool start', outside)).toMatchObject({ code: 0, stderr: NONE });
    expect(markets(outside)).toEqual(['on-demand', 'on-demand', 'on-demand']);
  });

  test.for(['MaxSpotInstanceCountExceeded', 'SpotMaxPriceTooLow'])('%s: likewise', async (code) => {
    const { outside } = party('spot: true\n');
    const launch = outside.ec2.launch.bind(outside.ec2);
    outside.ec2.launch = async (asked) => {
      if (asked.market === 'spot') throw refusal('RunInstances', code, 'No.');
      return await launch(asked);
    };
    expect(await speak('pool start', outside)).toMatchObject({ code: 0, stderr: NONE });
    expect(markets(outside)).toEqual(['on-demand', 'on-demand', 'on-demand']);
  });
});

describe('row 36: another launches under our token', () => {
  const mismatch = () => refusal('RunInstances', 'IdempotentParameterMismatch', 'Arguments differ.');

  test('we look again, and take what it launched', async () => {
    const { outside } = party();
    const { ec2, clock } = outside;
    ec2.nextError.set('launch', mismatch());
    const began = clock.ms;
    expect((await speak('pool start', outside)).code).toBe(0);
    expect(clock.ms - began).toBeGreaterThan(2_000);
    expect(ec2.instances.size).toBe(3);
  });

  test('whose launch EC2 never tells of is passed over after some looks', async () => {
    const { outside } = party();
    outside.env['POOL_MINIMUM_INSTANCES'] = '1';
    const { ec2 } = outside;
    const launch = ec2.launch.bind(ec2);
    const tokens: string[] = [];
    ec2.launch = async (asked) => {
      tokens.push(asked.token);
      if (asked.token === tokens[0]) throw mismatch();
      return await launch(asked);
    };
    expect((await speak('pool start', outside)).code).toBe(0);
    expect(tokens.map((token) => token === tokens[0])).toEqual([true, true, true, true, false]);
    expect(ec2.instances.size).toBe(1);
  });
});
