// The pool's address as the tests of mastership see it: free, unless said otherwise.
import type { Address } from '../../../src/pool/pool.ts';

export const address = (changed: Partial<Address> = {}): Address => ({
  ip: '192.0.2.10',
  allocationId: 'eipalloc-1',
  associationId: undefined,
  holder: undefined,
  ours: true,
  stopping: false,
  ...changed,
});
