// What a person is told of an app that does not become healthy.
import { expect, test } from 'vitest';
import { illness } from '../../../src/plans/app-illness.ts';
import type { Configured } from '../../../src/plans/configure.ts';

const report = (changed: Partial<Configured>): Configured => ({
  changed: [],
  hash: 'ab',
  healthy: false,
  healthUrl: 'http://127.0.0.1:8001/',
  answer: '',
  ends: 0,
  ended: '',
  log: [],
  sshKey: undefined,
  hostKey: undefined,
  host: undefined,
  device: undefined,
  ...changed,
});

test.each([
  [
    { answer: 'HTTP 500: no' },
    'the app is not healthy: http://127.0.0.1:8001/ (Host: localhost) answered: HTTP 500: no',
  ],
  [{}, 'the app is not healthy: http://127.0.0.1:8001/ (Host: localhost) answered: nothing'],
  [{ ends: 3, ended: 'code 3' }, "the app's command ends by itself, 3 times so far, with code 3"],
  [
    { ends: 1, ended: 'code 127' },
    "the app's command ends by itself, once so far, with code 127; its program is not on the node: an install line can bring it",
  ],
  [
    { ends: 3, ended: 'code 0' },
    "the app's command ends by itself, 3 times so far, with code 0; it has to stay in the foreground, without & and without an option that makes it a daemon",
  ],
  [
    { ends: 3, ended: 'signal 9' },
    "the app's command ends by itself, 3 times so far, with signal 9; was its memory used up?",
  ],
])('%j', (changed, sentence) => {
  expect(illness(report(changed))).toBe(sentence);
});
