// Strings that try to get out of whatever they are put into; as many as HOSTILE_STRINGS says, the same each time.
import fc from 'fast-check';

/** `npm run test:hostile` asks for 10,000 a sink; the quick tests are content with fewer. */
export const COUNT = Number(process.env['HOSTILE_STRINGS'] ?? 300);

const SHELL = [
  "'",
  '"',
  '\\',
  '`',
  '$(touch /tmp/x)',
  '$' + '{HOME}',
  '$0',
  '; false',
  '&& :',
  '| cat',
  '> f',
  '<<E',
];
const SHELL_TOO = [
  '*',
  '?',
  '[a]',
  '~',
  '~root',
  '!',
  '#',
  '-n',
  '--',
  '{a,b}',
  '()',
  "$'\\n'",
  "'\\''",
  '\\\n',
  '%s%n',
];
const BREAKS = [
  '\n',
  '\r',
  '\r\n',
  '\t',
  ' ',
  '\v',
  '\f',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u0000',
  '\u001b[2J',
  '\u007f',
];
const UNITS = [
  '%h',
  '%%',
  '%n',
  '$' + '{X}',
  '$$',
  '[Service]',
  'ExecStart=/bin/false',
  '\nExecStartPre=/bin/false\n',
  '\\x0a',
];
const HAPROXY = [
  'server evil 1.2.3.4:80',
  '\nbackend evil\n',
  '%[env(HOME)]',
  '"$HOME"',
  'lua-load x',
  '\\ ',
];
const YAML = [
  '- ',
  ': ',
  '&a',
  '*a',
  '!!python/object',
  '%YAML',
  '---\n',
  '...',
  '|',
  '>',
  '#cloud-config\n',
  '#!/bin/sh\n',
];
const MIME = [
  'MIME-Version: 1.0\n',
  '\n--poolparty-',
  '\n--===============\n',
  'Content-Type: text/x-shellscript\n\n',
  '\n.\n',
];
const KEYS = [
  'ssh-ed25519 AAAA',
  'command="sh" ',
  'cert-authority ',
  '@revoked ',
  '@cert-authority * ',
  'restrict,pty ',
  'no-pty,',
];
const OPTIONS = [
  '-o',
  '-oProxyCommand=sh',
  'ProxyCommand sh',
  ',uid=0',
  ',suid',
  'url=http://evil',
  '../../etc/passwd',
  '/',
];
const UNICODE = ['é', '日本', '😀', '\u202e', '\ufeff', '\u0301', '\u200b'];

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...SHELL, ...SHELL_TOO, ...BREAKS) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...UNITS, ...HAPROXY, ...YAML, ...MIME, ...KEYS, ...OPTIONS, ...UNICODE),
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);

const hostile = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(''))
  .filter((text) => text !== '');

/** `seed` gives each sink strings of its own. */
export const hostileStrings = (seed: number, count = COUNT): readonly string[] =>
  fc.sample(hostile, { numRuns: count, seed });

/** Where a NUL cannot come in the first place: neither a file of settings nor an argument holds one in a shell. */
export const withoutNul = (strings: readonly string[]): readonly string[] =>
  strings.map((one) => one.replaceAll('\0', ''));

/** Around a text that is accepted: what an attacker who knows the form would try. */
export const around = (form: string, strings: readonly string[]): readonly string[] =>
  strings.flatMap(
    (one, at) => [form + one, one + form, form.slice(0, 7) + one + form.slice(7)][at % 3] ?? one,
  );
