// The user-data of a newcomer, run by a real shell on a real machine: whatever the user's own holds, both are done.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildImages } from '../../../src/local-cloud/images/build.ts';
import { userDataOf } from '../../../src/plans/user-data.ts';
import { SSH_KEY_TAG } from '../../../src/pool/keys.ts';
import { builtIn, instance } from '../../unit/built-in.ts';
import { bootMachine, endMachines, type Machine } from './machine.ts';

const keys = ['A', 'B'].map((end) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(42)}${end}`);
const nodes = keys.map((key, at) => instance(at, { tags: { [SSH_KEY_TAG]: key } }));
const lines = keys.map((key) => `restrict,pty ${key} PoolParty\n`).join('');
const textOf = (user_data?: string, username = 'admin') =>
  userDataOf({ username, user_data }, builtIn, nodes) ?? '';

let machine: Machine;
beforeAll(async () => {
  await buildImages(() => undefined);
  machine = await bootMachine('first');
}, 600_000);
afterAll(endMachines);

/** As cloud-init runs a script: a file of its own that only root may run. */
const boot = (text: string) =>
  machine.run(
    'cat >/root/part-001 && chmod 700 /root/part-001 && exec /root/part-001 </dev/null',
    Buffer.from(text),
  );
const file = '/home/admin/.ssh/authorized_keys2';
const trusted = (path = file) => machine.read(`cat ${path}`).then((text) => `${text}\n`);
const start = () => machine.run('rm -rf /home/admin/.ssh /opt/poolparty/user-data');

describe('the first boot of a newcomer', () => {
  test("lets the nodes in, in a file of the user's own", async () => {
    await start();
    expect(await boot(textOf())).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await trusted()).toBe(lines);
    expect(await machine.read(`stat -c '%a %U %G' /home/admin/.ssh ${file}`)).toBe(
      '700 admin admin\n600 admin admin',
    );
  });

  test('twice is once, and what stands there stays', async () => {
    await start();
    await machine.run(`install -d -o admin /home/admin/.ssh; printf 'ssh-rsa mine' >${file}`);
    await boot(textOf());
    await boot(textOf());
    expect(await trusted()).toBe(`ssh-rsa mine\n${lines}`);
  });

  test("whatever the user's script says, its own interpreter gets it as it is", async () => {
    const piece = fc.oneof(
      fc.constantFrom("'", '"', '\\', '$(x)', '`x`', '\n', '\r\n', '\0', 'KEYS\n', 'EOF\n', '#!', '-n', 'ü'),
      fc.string({ unit: 'grapheme' }),
    );
    const hostile = fc.array(piece).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(hostile, async (rest) => {
        await start();
        const own = `#!/bin/cat\n${rest}`;
        expect(await boot(textOf(own))).toEqual({ code: 0, stdout: own, stderr: '' });
        expect(await trusted()).toBe(lines);
      }),
      { numRuns: 25 },
    );
  });

  test("ends with the code of the user's script, which finds the keys in place", async () => {
    await start();
    expect(await boot(textOf(`#!/bin/bash -e\nwc -l <${file}\nexit 7`))).toEqual({
      code: 7,
      stdout: '2\n',
      stderr: '',
    });
    expect(await machine.read('stat -c %a /opt/poolparty/user-data')).toBe('700');
  });

  test("a user that the user's script makes is waited for, and not in its way", async () => {
    const script = '#!/bin/sh -e\nsleep 2\nuseradd --create-home later\nsleep 2\nmkdir /home/later/.ssh';
    try {
      expect((await boot(textOf(script, 'later'))).code).toBe(0);
      const path = '/home/later/.ssh/authorized_keys2';
      await vi.waitFor(async () => expect(await trusted(path)).toBe(lines), { timeout: 10_000 });
      expect(await machine.read(`stat -c '%a %U' ${path}`)).toBe('600 later');
    } finally {
      await machine.run('userdel --remove later');
    }
  });

  test('a file that cannot be written keeps nothing else from being done', async () => {
    await start();
    await machine.run('touch /home/admin/.ssh');
    expect(await boot(textOf('#!/bin/sh\necho done'))).toMatchObject({ code: 0, stdout: 'done\n' });
    await start();
  });
});
