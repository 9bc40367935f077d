import { expect, test } from 'vitest';
import { consoleText } from '../../../../src/local-cloud/machines/console.ts';

test('a log of podman is the lines that the machine wrote, joined where they were cut, without colours', () => {
  const log = [
    '2026-11-22T19:59:39.072348000+00:00 stdout F \u001b[0;1;32mStarted\u001b[0m dbus.service\r',
    '2026-11-22T19:59:39.072351000+00:00 stdout P 256 SHA256:abc ',
    '2026-11-22T19:59:39.072352000+00:00 stdout F root@host (ED25519)\r',
    '',
  ].join('\n');
  expect(consoleText(log)).toBe('Started dbus.service\n256 SHA256:abc root@host (ED25519)\n');
});

test('a machine that has not written yet has an empty console', () => {
  expect(consoleText('')).toBe('');
});
