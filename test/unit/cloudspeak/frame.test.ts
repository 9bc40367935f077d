// The frame of both commands: words, options, exit codes, and what goes where.
import { describe, expect, test } from 'vitest';
import { parse } from '../../../src/cloudspeak/parse.ts';
import { INSTANCE, POOL } from '../../../src/cloudspeak/words.ts';
import { usageError } from '../../../src/pool/failure.ts';
import { SETTING_KEYS } from '../../../src/pool/setting-keys.ts';
import { FakeOutside, speak } from '../fake-world.ts';

const pool = (...argv: string[]) => parse(POOL, argv);
const instance = (...argv: string[]) => parse(INSTANCE, argv);

describe('row 1: every word is in the help, and has help of its own', () => {
  test.for([POOL, INSTANCE])('$name -h', async (program) => {
    const { code, stdout, stderr } = await speak([program.name, '-h']);
    expect([code, stderr]).toEqual([0, '']);
    const groups = stdout.split('\n\n').find((part) => part.startsWith('Commands')) ?? '';
    for (const word of program.words) expect(groups).toMatch(new RegExp(`(  |, )${word.name}(,|$)`, 'm'));
  });

  test.for([POOL, INSTANCE])('$name -h fits on a screen of 80 columns and 24 lines', async (program) => {
    const lines = (await speak([program.name, '-h'])).stdout.trimEnd().split('\n');
    // The line that asks and the prompt after it are on the screen, too.
    expect(lines.length).toBeLessThanOrEqual(22);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test.for([POOL, INSTANCE])(
    '$name help shows the same, and has a page of all words and one of all settings',
    async (program) => {
      const say = async (...words: readonly string[]) => (await speak([program.name, ...words])).stdout;
      expect(await say('help')).toBe(await say('-h'));
      for (const { name } of program.words)
        expect(await say('help', 'commands')).toMatch(new RegExp(`^  ${name} .* \\S`, 'm'));
      for (const key of SETTING_KEYS)
        expect(await say('help', 'settings')).toContain(`  --${key.replaceAll('_', '-')} <value> `);
    },
  );

  test.for([POOL, INSTANCE].flatMap((program) => program.words.map((word) => [program, word] as const)))(
    '%$ $0.name $1.name -h',
    async ([program, word]) => {
      for (const argv of [
        [word.name, '-h'],
        ['--help', word.name],
        ['help', word.name],
      ]) {
        const { code, stdout } = await speak([program.name, ...argv]);
        expect(code).toBe(0);
        expect(stdout).toMatch(new RegExp(`^Usage: ${program.name} ${word.name} `));
        expect(stdout).toContain(word.example.split(/ {3,}/)[0]);
      }
    },
  );

  test.for(['pool', 'instance'])('%s -V prints the version and nothing else', async (name) => {
    expect(await speak([name, '-V'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('row 12: options may stand before, between and after the words', () => {
  test.for([
    ['-c', 'a.yml', '--minimum-instances', '3', 'start', '--json'],
    ['--json', 'start', '-c', 'a.yml', '--minimum_instances=3'],
    ['--minimum-instances=3', '--json', '-ca.yml', 'start'],
    ['start', '--config=a.yml', '--minimum_instances', '3', '--json'],
  ])('%j', (argv) => {
    const asked = pool(...argv);
    expect(asked.word?.name).toBe('start');
    expect(asked.request.json).toBe(true);
    expect(asked.settings.file).toBe('a.yml');
    expect(Object.fromEntries(asked.settings.options)).toEqual({ minimum_instances: '3' });
  });

  test('file names with dashes, spaces and signs survive', () => {
    const { request } = instance('scp', 'src=my-file --x.txt', '-i', '1', 'dest=/tmp/--a=b-c', '--json');
    expect(request).toMatchObject({
      values: { src: 'my-file --x.txt', dest: '/tmp/--a=b-c' },
      choice: '1',
      json: true,
    });
    expect(pool('-c', './my_pool-file.yml', 'list').settings.file).toBe('./my_pool-file.yml');
  });

  test('everything after "--" is the command, options and key=value included', () => {
    const { request } = instance('cmd', 'i=2', '--', 'ls', '-l', '--json', 'i=5', '--');
    expect(request).toMatchObject({ rest: ['ls', '-l', '--json', 'i=5', '--'], choice: '2', json: false });
  });

  test('the value of an option is kept as it was typed', () => {
    expect(pool('start', '--expand-when', 'my_load > 1').settings.options.get('expand_when')).toBe(
      'my_load > 1',
    );
    expect(pool('start', '--keypair-path=/a_b/c').settings.options.get('keypair_path')).toBe('/a_b/c');
  });
});

describe('row 13: usage errors go to stderr with code 2, and nothing is touched', () => {
  test.for([
    ['pool strat', 'pool: unknown command "strat"; did you mean "start"?'],
    ['pool frobnicate', 'pool: unknown command "frobnicate"'],
    [
      'pool --minimun-instances 3 start',
      'pool: unknown option "--minimun-instances"; did you mean "--minimum-instances"?',
    ],
    ['pool list -c', 'pool: option "-c, --config <file>" argument missing'],
    ['pool start now', 'pool: start takes no "now"'],
    [
      'pool start minimum_instances=3',
      'pool: start takes no "minimum_instances=3"; settings are options, like --minimum-instances 3',
    ],
    ['pool list --home x', 'pool: list takes no option "--home"'],
    ['pool completion', 'pool: completion takes one of bash, zsh, fish'],
    ['pool completion bsh', 'pool: completion takes one of bash, zsh, fish, not "bsh"; did you mean "bash"?'],
    ['pool local', 'pool: local takes one of up, down, status, fault'],
    ['pool list -i 1', 'pool: unknown option "-i"'],
    ['instance shs', 'instance: unknown command "shs"; did you mean "ssh"?'],
    ['instance ssh foo=1', 'instance: ssh takes no "foo="; it takes i= num= inst='],
    ['instance cmd cdm=ls', 'instance: cmd takes no "cdm="; did you mean "cmd"?'],
    ['instance scp src=a src=b', 'instance: "src=" is given twice; say it once'],
    ['instance ssh -- ls', 'instance: ssh takes nothing after "--", so not "ls"'],
  ] as const)('%s', async ([line, message]) => {
    const { code, stdout, stderr, outside } = await speak(line);
    expect([code, stdout]).toEqual([2, '']);
    const [first, second] = stderr.split('\n');
    expect(first).toBe(message);
    expect(second).toMatch(/^Usage: (pool|instance) \[options\] COMMAND/);
    expect(outside.ec2.changes).toEqual([]);
  });

  test('no command at all shows the help, on stderr', async () => {
    const { code, stdout, stderr } = await speak(['pool']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: pool [options] COMMAND');
  });

  test('a settings error is shown whole, before anything is reached', async () => {
    const outside = new FakeOutside();
    outside.texts.set('/home/tester/party/pool.yml', 'minimun_instances: 2\nhost_port: 0\n');
    const { code, stderr } = await speak('pool start', outside);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'pool: pool.yml:1: unknown key "minimun_instances"; did you mean "minimum_instances"?\n' +
        'pool.yml:2: host_port must be a whole number from 1 to 65535, not 0\n',
    );
    expect(outside.settings).toBeUndefined();
  });

  test.for(['pool start', 'pool stop --yes', 'instance ssh'])('%s wants to know which pool', async (line) => {
    const outside = new FakeOutside();
    outside.env = {};
    const { code, stderr } = await speak(line, outside);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no pool.yml here');
  });

  test('a failed operation is 1, with what stood below it; --debug adds the stack', async () => {
    const outside = new FakeOutside();
    outside.ec2.nextError.set('look', new Error('socket hang up'));
    const { code, stderr } = await speak('pool list', outside);
    expect([code, stderr]).toEqual([
      1,
      'pool: this is a bug of PoolParty: socket hang up; --debug shows where\n',
    ]);
    const again = new FakeOutside();
    again.ec2.nextError.set('look', usageError('wrong key', ['line of detail']));
    const debugged = await speak('pool list --debug', again);
    expect(debugged.code).toBe(2);
    expect(debugged.stderr).toMatch(/^pool: wrong key\nline of detail\n.*wrong key\n +at /);
  });

  test('the connections are closed when the word has failed', async () => {
    const outside = new FakeOutside();
    outside.ec2.nextError.set('look', new Error('no'));
    await speak('pool list', outside);
    expect(outside.nodes.closed).toBe(true);
  });

  test('after Ctrl-C it is 130', async () => {
    const outside = new FakeOutside();
    outside.ec2.nextError.set('look', new Error('aborted'));
    outside.controller.abort();
    const { code, stderr } = await speak('pool list', outside);
    expect([code, stderr]).toEqual([130, 'pool: interrupted; the same command again goes on from here\n']);
  });
});

test.for([
  ['instance scp i=0 src=a dest=b', 'the same command copies all of it again'],
  ['instance scp i=0 from=a dest=b', 'the same command copies all of it again'],
  ['instance cmd i=0 cmd=uptime', 'what it began there may still run; the same command runs it again'],
] as const)('F13: after Ctrl-C %s says nothing that is untrue', async ([words, then]) => {
  const outside = new FakeOutside();
  outside.ec2.nextError.set('look', new Error('aborted'));
  outside.controller.abort();
  const { code, stderr } = await speak(words, outside);
  expect([code, stderr]).toEqual([130, `instance: interrupted; ${then}\n`]);
});

describe('rows 14 and 15: quiet and --json', () => {
  test.for(['-q', '--quiet', '--no-verbose'])('row 14: %s silences steps, not results', async (option) => {
    const outside = new FakeOutside();
    outside.ec2.has('party');
    await speak(['instance', 'ssh', option], outside);
    expect([outside.screen.stdout, outside.nodes.shells]).toEqual(['', ['node0']]);
    const listed = await speak(['pool', option, 'list'], outside);
    expect(listed.stdout).toContain('0: INSTANCE: node0');
  });

  test('--verbose is how it is anyway', async () => {
    expect(pool('list', '--verbose').quiet).toBe(false);
  });

  test('row 15: with --json there is one document on stdout and no colour', async () => {
    const outside = new FakeOutside();
    outside.ec2.has('party');
    const { stdout } = await speak('pool list --json', outside);
    expect(JSON.parse(stdout)).toMatchObject({ pool: 'party', instances: [{ name: 'node0' }] });
    expect(stdout).not.toContain('\u001b');
  });
});
