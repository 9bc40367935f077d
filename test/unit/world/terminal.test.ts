// The terminal: which words go to which stream, and when in colour.
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Outlet } from '../../../src/process/outlet.ts';
import type { Own } from '../../../src/process/own.ts';
import { createTerminal, wantsColour } from '../../../src/world/terminal.ts';

function streams(isTTY: boolean) {
  const made = [new PassThrough(), new PassThrough(), new PassThrough()];
  for (const one of made) Object.assign(one, { isTTY, columns: 80, rows: 24 });
  const [stdin, out, err] = made;
  const outlet = (stream: unknown) => new Outlet(stream as Own['stdout']['stream'], 'a stream');
  const read = (stream: PassThrough | undefined) => String(stream?.read() ?? '');
  const own = { stdin: stdin as unknown as Own['stdin'], stdout: outlet(out), stderr: outlet(err) };
  return { ...own, out: () => read(out), err: () => read(err) };
}

const loud = { quiet: false, json: false };

describe('where words go', () => {
  test('steps and results on stdout, diagnostics on stderr', async () => {
    const to = streams(false);
    const terminal = await createTerminal(to, loud, {});
    terminal.say('Starting cloud');
    terminal.print('Cloud is not running');
    terminal.warn('careful');
    expect([to.out(), to.err()]).toEqual(['-- Starting cloud\nCloud is not running\n', 'careful\n']);
  });

  test('row 14: quiet silences steps alone', async () => {
    const to = streams(false);
    const terminal = await createTerminal(to, { quiet: true, json: false }, {});
    terminal.say('Starting cloud');
    terminal.print('result');
    expect([to.out(), to.err()]).toEqual(['result\n', '']);
  });

  test('row 15: where stdout is a document, steps go to stderr', async () => {
    const to = streams(true);
    const terminal = await createTerminal(to, { quiet: false, json: true }, {});
    terminal.say('Starting cloud');
    terminal.print('{}');
    expect([to.out(), to.err()]).toEqual(['{}\n', '-- Starting cloud\n']);
    expect(terminal.live()).toBeUndefined();
  });

  test('F6: what we do not paint has no colours, whoever speaks in it', async () => {
    const to = streams(true);
    const terminal = await createTerminal(to, loud, { FORCE_COLOR: '1' });
    terminal.warn('pool: EC2 refused X: \u001b[31mBad\u001b[0m\u001b[2J');
    terminal.say('\u001b[8mhidden');
    terminal.print(terminal.paint.red('ours'));
    expect([to.out(), to.err()]).toEqual([
      '-- hidden\n\u001b[31mours\u001b[39m\n',
      'pool: EC2 refused X: Bad\\x1b[2J\n',
    ]);
  });

  test('bytes of a remote command pass unchanged', async () => {
    const to = streams(false);
    const terminal = await createTerminal(to, loud, {});
    await terminal.write(new TextEncoder().encode('no newline'), 'stdout');
    await terminal.write(new TextEncoder().encode('oh'), 'stderr');
    expect([to.out(), to.err()]).toEqual(['no newline', 'oh']);
  });
});

describe('texts of others', () => {
  const shown = async (text: string) => {
    const to = streams(false);
    const terminal = await createTerminal(to, loud, {});
    terminal.say(text);
    terminal.print(text);
    terminal.warn(text);
    return to.out() + to.err();
  };

  test('keep colours and lines, and move no cursor', async () => {
    expect(await shown('\u001b[31mred\u001b[0m\ttwo\nlines')).toContain(
      '\u001b[31mred\u001b[0m\ttwo\nlines\n',
    );
    expect(await shown('a\u001b[2J\rb\u0007\u009b1A')).toContain('a\\x1b[2J\\x0db\\x07\\x9b1A\n');
  });

  test('hold no other control character, whatever they are', async () => {
    const colour = new RegExp(`${String.fromCodePoint(0x1b)}\\[[\\d;]*m`, 'g');
    const piece = fc.constantFrom('\u001b[', '\u001b]0;x\u0007', '\r', '\u009b', 'm', '\u001b[2J');
    const odd = fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })));
    const left = (await shown(fc.sample(odd, 400).flat().join(''))).replaceAll(colour, '');
    expect(left.length).toBeGreaterThan(1_000);
    expect([...left].filter((one) => /\p{Cc}/u.test(one) && one !== '\n' && one !== '\t')).toEqual([]);
  });
});

describe('questions', () => {
  test.for([
    ['y\n', true],
    ['YES\n', true],
    ['n\n', false],
    ['\n', false],
    ['yellow\n', false],
  ] as const)('%j is %s', async ([typed, answer]) => {
    const to = streams(true);
    const terminal = await createTerminal(to, loud, {});
    const asked = terminal.ask('Terminate 2 instances?');
    (to.stdin as unknown as PassThrough).write(typed);
    expect(await asked).toBe(answer);
    expect(to.err()).toContain('Terminate 2 instances? [y/N] ');
  });

  test('where nobody can answer it is no, and so is the end of input', async () => {
    expect(await (await createTerminal(streams(false), loud, {})).ask('Sure?')).toBe(false);
    const to = streams(true);
    const asked = (await createTerminal(to, loud, {})).ask('Sure?');
    (to.stdin as unknown as PassThrough).end();
    expect(await asked).toBe(false);
  });
});

describe('the live view', () => {
  test('is there on a terminal alone', async () => {
    expect((await createTerminal(streams(false), loud, {})).live()).toBeUndefined();
    expect((await createTerminal(streams(true), loud, {})).live()).toBeDefined();
    expect((await createTerminal(streams(true), { quiet: true, json: false }, {})).live()).toBeUndefined();
  });

  test('steps aside for a line and comes back below it', async () => {
    const to = streams(true);
    const terminal = await createTerminal(to, loud, {});
    const view = terminal.live();
    view?.update(['node0 booting']);
    to.out();
    terminal.say('Configuring master');
    const drawn = to.out();
    expect(drawn.indexOf('-- Configuring master\n')).toBeGreaterThan(0);
    expect(drawn.lastIndexOf('node0 booting')).toBeGreaterThan(drawn.indexOf('-- Configuring master'));
    view?.done();
    terminal.say('done');
    expect(to.out()).not.toContain('node0 booting');
  });
});

test.for([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  [{ TERM: 'dumb' }, true, false],
] as const)('row 15: colour with %j on a terminal (%s): %s', ([env, isTerminal, colour]) => {
  expect(wantsColour(env, isTerminal)).toBe(colour);
});
