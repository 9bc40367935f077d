// What no key of AWS has in it is told, and never the key.
import { expect, test } from 'vitest';
import { strangeInKey } from '../../../src/pool/aws-key.ts';

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
