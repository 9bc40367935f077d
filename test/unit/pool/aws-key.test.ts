// What no key of AWS has in it is told, and never the key.
import { expect, test } from 'vitest';
import { strangeInKey, unlikeKey } from '../../../src/pool/aws-key.ts';

test.for(['AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==', 'test', '', 'a-b_c.d'])(
  '%j is fine',
  (text) => {
    expect(strangeInKey(text)).toBeUndefined();
  },
);

test.for([
  ['AKIA\n', 'has a line end at its end'],
  ['AKIA\r\n', 'has a carriage return at its end'],
  ['\tAKIA', 'has a blank at its beginning'],
  ['AK IA ', 'has a blank inside'],
  ["'AKIA'", 'has a quotation mark at its beginning'],
  ['AKIA\u0000', 'has a control character at its end'],
  ['AKIA\u007f', 'has a control character at its end'],
  ['AKI\u00a0A', 'has a character that is not ASCII inside'],
  ['AKIA\ufffd', 'has a character that is not ASCII at its end'],
  ['\ufeffAKIA', 'has a character that is not ASCII at its beginning'],
  ['AKIA\u{1f511}', 'has a character that is not ASCII at its end'],
])('%j', ([text = '', why]) => {
  expect(strangeInKey(text)).toBe(why);
});

test.for([
  [7, 'is a number, and must be a text'],
  [true, 'is a boolean, and must be a text'],
  [null, 'is null, and must be a text'],
  [undefined, 'is undefined, and must be a text'],
  [{}, 'is an object, and must be a text'],
  [['AKIA'], 'is a list, and must be a text'],
  ['', 'is empty'],
  ['x'.repeat(20_000), 'has 20000 characters, more than a request can carry'],
  ['AKIA\n', 'has a line end at its end, which no key of AWS has'],
  ['AKIA', undefined],
  ['x'.repeat(8_000), undefined],
] as const)('F6: %j is no key', ([value, why]) => {
  expect(unlikeKey(value)).toBe(why);
});
