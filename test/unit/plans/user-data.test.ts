import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkUserData, userDataOf } from '../../../src/plans/user-data.ts';
import { SSH_KEY_TAG } from '../../../src/pool/keys.ts';
import { builtIn, factsOf, instance } from '../built-in.ts';

const key = (number: number): string =>
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${String.fromCharCode(65 + (number % 16))}${String(number).padStart(42, '0')}`;
const node = (number: number, more = {}) =>
  instance(number, { tags: { [SSH_KEY_TAG]: key(number) }, ...more });

const two = [node(0), node(1)];
const said = (user_data?: string) => ({ username: 'admin', user_data });
const of = (user_data: string | undefined, nodes = two) => userDataOf(said(user_data), builtIn, nodes);
const keysIn = (text: string | undefined) => text?.match(/ssh-ed25519 [A-Za-z0-9+/]{68}/g) ?? [];
const size = (text: string | undefined) => Buffer.byteLength(text ?? '');

/** The parts of a message, by the headers that cloud-init reads. */
function parts(message = ''): readonly { readonly headers: string; readonly body: string }[] {
  const boundary = /boundary="([^"]+)"/.exec(message)?.[1] ?? 'none';
  return message
    .split(`--${boundary}\n`)
    .slice(1)
    .map((text) => {
      const [headers = '', ...body] = text.replace(`\n--${boundary}--\n`, '').split('\n\n');
      const coded = headers.includes('base64');
      const whole = body.join('\n\n').replace(/\n$/, '');
      return { headers, body: coded ? Buffer.from(whole, 'base64').toString() : whole };
    });
}

describe('while no key is known, user-data', () => {
  test('is none, or exactly the user’s own', () => {
    expect(of(undefined, [instance(0)])).toBeUndefined();
    expect(of('', [])).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (own) => {
        expect(of(own, [])).toBe(own);
      }),
    );
  });
});

describe('with keys, user-data', () => {
  test('of nothing of the user’s is a script of ours alone', () => {
    const text = of(undefined);
    expect(text).toMatch(/^#!\/bin\/sh\n/);
    expect(text?.trimEnd().split('\n').at(-1)).toBe(
      `trust_nodes admin /home/admin/.ssh/authorized_keys2 'restrict,pty ${key(0)} PoolParty' 'restrict,pty ${key(1)} PoolParty'`,
    );
  });

  test('is the same whoever is master and in whatever order EC2 answers', () => {
    const nodes = Array.from({ length: 20 }, (_, at) => node(at));
    fc.assert(
      fc.property(fc.shuffledSubarray(nodes, { minLength: 20 }), (some) => {
        const { pool } = factsOf(some);
        expect(of('#!/bin/sh', [...some])).toBe(of('#!/bin/sh', [...pool.nodes]));
      }),
    );
  });

  test('holds those of the first 20 living nodes', () => {
    const nodes = Array.from({ length: 30 }, (_, at) => node(at));
    expect(keysIn(of(undefined, nodes))).toHaveLength(20);
    expect(keysIn(of(undefined, nodes))).toContain(key(0));
    expect(keysIn(of(undefined, [node(0, { state: 'stopped' }), node(1)]))).toEqual([key(1)]);
  });

  test.for([
    ['cloud-config', '#cloud-config\npackages: [jq]\n# ü €\n'],
    ['an include', '#include\nhttps://example.com/x\n'],
    ['text of another kind', 'hello\n\nworld'],
  ])('goes with %s as a message of two parts', ([, own = '']) => {
    const [first, second, ...more] = parts(of(own));
    expect(more).toEqual([]);
    expect(first?.headers).toContain('text/x-shellscript');
    expect(first?.body).toBe(of(undefined));
    expect(second).toMatchObject({ headers: expect.stringContaining('text/plain'), body: own });
  });

  test('keeps a message of the user’s as it is, as one part', () => {
    const own =
      'Content-Type: multipart/mixed; boundary="b"\nMIME-Version: 1.0\n\n--b\n\n#!/bin/sh\n\n--b--\n';
    expect(of(own)).toContain(`\n${own}`);
  });
});

describe('EC2’s limit of 16384 bytes', () => {
  const refused = expect.objectContaining({
    code: 2,
    message: expect.stringMatching(/^user_data is too long: .* \d+ bytes and EC2 takes 16384; /),
  });

  test('leaves out the keys of the last nodes, but never master and standby', () => {
    const nodes = Array.from({ length: 20 }, (_, at) => node(at));
    const room = 16_384 - size(of('#!/bin/sh\n', nodes.slice(0, 5)));
    const text = of(`#!/bin/sh\n${'#'.repeat(room)}`, nodes);
    expect(keysIn(text)).toEqual(nodes.slice(0, 5).map((_, at) => key(at)));
    expect(size(text)).toBe(16_384);
  });

  test.for([
    ['a script', '#!/bin/sh\n'],
    ['cloud-config', '#cloud-config\n'],
  ])('refuses %s with which those two do not fit, before there is a node', ([, head = '']) => {
    const fits = (length: number) => {
      try {
        checkUserData(said(head + '#'.repeat(length)), builtIn);
        return true;
      } catch {
        return false;
      }
    };
    let length = 0;
    for (let step = 8192; step >= 1; step /= 2) if (fits(length + step)) length += step;
    expect(size(of(head + '#'.repeat(length)))).toBeGreaterThan(16_380);
    const long = said(`${head}${'#'.repeat(length + 1)}`);
    expect(() => checkUserData(long, builtIn)).toThrow(refused);
    expect(() => userDataOf(long, builtIn, two)).toThrow(refused);
  });

  test('counts bytes, not characters, and refuses what never fits at once', () => {
    expect(() => of('€'.repeat(5_462), [])).toThrow(refused);
    expect(of('€'.repeat(5_461), [])).toHaveLength(5_461);
    expect(() => checkUserData(said('#'.repeat(3_000_000)), builtIn)).toThrow(refused);
  });
});
