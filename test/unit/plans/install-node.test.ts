import { expect, test } from 'vitest';
import { builtFor, misfit } from '../../../src/plans/install-node.ts';

test.for([
  ['linux', 'x64', '2.28', 'Linux x86_64 glibc 2.36', undefined],
  ['linux', 'arm64', '2.28', 'Linux aarch64 glibc 2.28', undefined],
  ['linux', 'x64', '2.28', 'Linux aarch64 glibc 2.36', 'it is for Linux x86_64, the node is Linux aarch64'],
  [
    'darwin',
    'arm64',
    undefined,
    'Linux aarch64 glibc 2.36',
    'it is for Darwin aarch64, the node is Linux aarch64',
  ],
  ['linux', 'x64', undefined, 'Linux x86_64 glibc 2.36', 'it is not built for glibc'],
  ['linux', 'x64', '2.39', 'Linux x86_64 glibc 2.36', 'it wants glibc 2.39, the node has 2.36'],
  ['linux', 'x64', '2.4', 'Linux x86_64 glibc 2.36', undefined],
  ['linux', 'x64', '2.28', 'Linux x86_64', 'it wants glibc 2.28, the node has none'],
] as const)('a Node for %s %s with glibc %s on %s: %s', ([platform, arch, glibc, there, why]) => {
  expect(misfit(builtFor(platform, arch, glibc), there)).toBe(why);
});
