// Templates of the user's by which HAProxy could not be given its servers.
import { expect, test } from 'vitest';
import { rehearseFiles } from '../../../src/plans/node-files.ts';
import { builtIn, factsOf, instance } from '../built-in.ts';

const { settings } = factsOf([instance(0)]);
const rehearse = (change: (text: string) => string) => () =>
  rehearseFiles(settings, { ...builtIn, 'haproxy.cfg': change(builtIn['haproxy.cfg']) });

test.for([
  ['another name of the backend', (text: string) => text.replaceAll('backend app', 'backend web')],
  ['no servers', (text: string) => text.replace(/^ {4}server .*$/m, '')],
  [
    'servers without their addresses',
    (text: string) => text.replace('server {{id}} {{address}}', 'server {{id}} 127.0.0.1:1'),
  ],
  [
    'servers in another backend',
    (text: string) => text.replace('{{#each servers}}', 'backend other\n{{#each servers}}'),
  ],
  ['no socket', (text: string) => text.replace(/^ {4}stats socket.*$/m, '')],
  ['a socket that changes nothing', (text: string) => text.replace('level admin', 'level user')],
] as const)('F2: haproxy.cfg with %s is refused with code 2', ([, change]) => {
  expect(change(builtIn['haproxy.cfg'])).not.toBe(builtIn['haproxy.cfg']);
  expect(rehearse(change)).toThrow(/^templates\/haproxy\.cfg: .* must have/);
  expect(rehearse(change)).toThrow(expect.objectContaining({ code: 2 }));
});

test.for([
  ['as it is shipped', (text: string) => text],
  [
    'with other spaces',
    (text: string) => text.replace(/^ {4}/gm, '\t').replace('backend app', 'backend   app  '),
  ],
  ['with more beside it', (text: string) => `${text}\nlisten mine\n    bind *:8080\n`],
] as const)('haproxy.cfg %s is taken', ([, change]) => {
  expect(rehearse(change)).not.toThrow();
});
