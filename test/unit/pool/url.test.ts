// Where visitors come in, as a person would type it.
import { expect, test } from 'vitest';
import { publicUrl } from '../../../src/pool/url.ts';

test.for([
  [80, undefined, 'http://192.0.2.10/'],
  [80, '/health', 'http://192.0.2.10/health'],
  [8080, undefined, 'http://192.0.2.10:8080/'],
] as const)('port %s, path %s: %s', ([port, path, url]) => {
  expect(publicUrl('192.0.2.10', { host_port: port }, path)).toBe(url);
});
