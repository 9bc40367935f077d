// The user's own user-data cannot get out of its part: Python's parser of messages, which is cloud-init's, gives both back.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { userDataOf } from '../../../src/plans/user-data.ts';
import { SSH_KEY_TAG } from '../../../src/pool/keys.ts';
import { builtIn, instance } from '../built-in.ts';
import { hostileStrings, withoutNul } from './strings.ts';

const KEY = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
const nodes = [instance(0, { tags: { [SSH_KEY_TAG]: KEY } })];
const dataOf = (own: string, username = 'root') =>
  userDataOf({ username, user_data: own }, builtIn, nodes) ?? '';

const strings = withoutNul(hostileStrings(40)).filter((one) => one !== '');
const scripts = strings.map((one) => `#!/bin/sh\n${one}`);
/** A message of one's own stands as it is: whoever writes one says what its parts are. */
const texts = strings.filter((one) => !one.startsWith('#!') && !/mime-version:/i.test(one));

/** Reads JSON lines, each a message; writes for each its parts: type, name, content. */
const PARSER = `
import sys, json, email
for line in sys.stdin:
    message = email.message_from_string(json.loads(line))
    parts = [part for part in message.walk() if not part.is_multipart()]
    print(json.dumps([[p.get_content_type(), p.get_filename(), p.get_payload(decode=True).decode('utf-8', 'surrogatepass')] for p in parts]))
`;

test('beside our script there is one part, and it holds the user’s text to the letter', () => {
  const input = texts.map((own) => JSON.stringify(dataOf(own))).join('\n');
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', PARSER], { input, maxBuffer: 1e9 });
  expect(stderr.toString()).toBe('');
  const ours = dataOf('');
  const found = stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(found).toHaveLength(texts.length);
  found.forEach((parts, at) => {
    expect(parts).toEqual([
      ['text/x-shellscript', '00-poolparty.sh', ours],
      ['text/plain', null, texts[at]],
    ]);
  });
});

test('a script of the user’s begins at the line that ours names, and is all of the rest', () => {
  for (const own of scripts) {
    const text = dataOf(own);
    const line = Number(/^own_script (\d+)$/m.exec(text)?.[1]);
    expect(
      text
        .split('\n')
        .slice(line - 1)
        .join('\n'),
    ).toBe(own);
    expect(text.split('\n').findIndex((one) => /^own_script \d+$/.test(one))).toBe(line - 2);
  }
});

test('real tail gives the same', () => {
  for (const own of scripts.slice(0, 40)) {
    const text = dataOf(own);
    const line = /^own_script (\d+)$/m.exec(text)?.[1] ?? '';
    const { stdout } = spawnSync('tail', ['-n', `+${line}`], { input: text });
    expect(stdout.toString()).toBe(own);
  }
});
