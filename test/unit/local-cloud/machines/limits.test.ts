// Limits read from the kernel's own table.
import { expect, test } from 'vitest';
import { hardLimit } from '../../../../src/local-cloud/machines/limits.ts';

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96365                unlimited            processes
Max open files            1024                 20000                files
`;

test.for([
  ['Max open files', 20000],
  ['Max processes', 777],
  ['Max absent', 777],
] as const)('%s is %i', ([name, expected]) => {
  expect(hardLimit(limits, name, 777)).toBe(expected);
});
