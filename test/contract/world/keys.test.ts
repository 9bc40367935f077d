// Credentials on real machines of a real cloud: who reaches whom by which key, and what the app cannot get at.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HOST_KEY_TAG, SSH_KEY_TAG } from '../../../src/pool/keys.ts';
import { type KeyGround, makeKeyGround } from './key-ground.ts';

const KEY = '/etc/poolparty/ssh/id_ed25519';
const TOKEN =
  '-s -m 5 -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token';
/** A curl that whoever runs it would run as root, were it not for NoNewPrivileges. */
const ROOT_CURL = '/usr/local/bin/root-curl';
const TRIED = '/tmp/tried';
const attempts = ['curl', ROOT_CURL, 'sudo -n curl'].map(
  (curl) => `${curl} -o /dev/null -w "%{http_code}" ${TOKEN}; echo " $?"`,
);
const files = [KEY, '/etc/poolparty/app.env', '/opt/poolparty/settings.json'].map(
  (path) => `cat ${path} >/dev/null && echo "read ${path}"`,
);
const command = `{ ${[...attempts, ...files].join('; ')}; id -un; } >${TRIED} 2>/dev/null; exec node server.js`;

let ground: KeyGround;
beforeAll(async () => {
  ground = await makeKeyGround(command);
  await ground.launch();
  // The first master has nobody who could let it in but the key pair; its user-data is empty.
  const setuid = `install -m 4755 /usr/bin/curl ${ROOT_CURL}; echo "poolparty-app ALL=(ALL) NOPASSWD:ALL" >/etc/sudoers.d/app`;
  await vi.waitFor(() => ground.read(0, setuid), { timeout: 30_000, interval: 200 });
  await ground.configureMaster();
  await ground.launch();
}, 300_000);
afterAll(() => ground?.end());

describe('the app', () => {
  test('gets no answer from the metadata address: not by itself, not by setuid, not by sudo', async () => {
    expect((await ground.read(0, `cat ${TRIED}`)).split('\n')).toEqual([
      '000 7',
      '000 7',
      ' 1',
      'poolparty-app',
    ]);
    expect(
      await ground.read(0, 'grep NoNewPrivs /proc/$(systemctl show -P MainPID poolparty-app)/status'),
    ).toMatch(/\t1$/);
  });

  test('could do so by setuid and sudo alike, were it not for NoNewPrivileges', async () => {
    const [alone, bySetuid, bySudo] = await Promise.all(
      attempts.map((attempt) => ground.read(0, `runuser -u poolparty-app -- sh -c '${attempt}'`)),
    );
    expect([alone, bySetuid, bySudo]).toEqual(['000 7', '200 0', '200 0']);
  });

  test("while root on the same node gets its role's credentials, by version 2 alone", async () => {
    const path = 'http://169.254.169.254/latest/meta-data/iam/security-credentials/poolparty';
    const role = JSON.parse(
      await ground.read(0, `curl -s -H "X-aws-ec2-metadata-token: $(curl ${TOKEN})" ${path}`),
    );
    expect(role).toMatchObject({ Code: 'Success', AccessKeyId: expect.stringMatching(/^ASIA/) });
    expect(await ground.read(0, `curl -s -o /dev/null -w '%{http_code}' ${path}`)).toBe('401');
  });
});

describe('a newcomer', () => {
  test('lets the nodes in before anybody has configured it', async () => {
    const [, newcomer] = await ground.nodes();
    const address = newcomer?.privateIp;
    const ssh = `ssh -i ${KEY} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR admin@${address}`;
    const enters = () => ground.read(0, `${ssh} 'sudo -n id -un; ls /opt/poolparty 2>&1; true'`);
    await vi.waitFor(async () => expect(await enters()).toMatch(/^root\n.*No such file/), 30_000);
  });

  test('row 27: is told public keys and no secret', async () => {
    const metadata = `curl -s -H "X-aws-ec2-metadata-token: $(curl ${TOKEN})" http://169.254.169.254/latest/user-data`;
    const told = await ground.read(1, metadata);
    const { tags } = await ground.node(0);
    expect(told).toContain(tags[SSH_KEY_TAG]);
    expect(told).not.toMatch(/PRIVATE KEY|AKIA|ASIA/);
    expect(told).not.toContain(ground.base.credentials.secretAccessKey);
  });
});

describe('from one node to another', () => {
  test('our client gets in by its own key, over the private address, as root', async () => {
    const other = await ground.node(1);
    const answer = await ground.fromMaster(other, 'id -un; echo $SSH_CONNECTION');
    expect(answer).toMatchObject({ code: 0, stdout: expect.stringMatching(/^root\n/) });
    expect(await ground.read(0, 'cat /opt/poolparty/known_hosts')).toBe(
      `${other.id} ${await ground.read(1, 'cut -d " " -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub')}`,
    );
    // The public address of a machine need not answer: nobody asks it.
    expect(await ground.fromMaster({ ...other, publicIp: '192.0.2.1' }, 'true')).toMatchObject({ code: 0 });
  });

  test('a machine whose host key is not the one in its tag is refused, at first sight, too', async () => {
    const [master, other] = await Promise.all([ground.node(0), ground.node(1)]);
    await ground.cloud.tag([other.id], { [HOST_KEY_TAG]: master.tags[HOST_KEY_TAG] ?? '' });
    await ground.read(0, 'rm /opt/poolparty/known_hosts');
    const { refused } = await ground.fromMaster(await ground.node(1), 'true');
    expect(refused).toMatch(
      new RegExp(`^node1 \\(${other.id}\\) shows another host key than its tag ${HOST_KEY_TAG}: `),
    );
    await ground.cloud.untag([other.id], [HOST_KEY_TAG]);
    expect(await ground.fromMaster(await ground.node(1), 'true')).toMatchObject({ code: 0 });
  });
});

test('row 27: the private half is on no other node, in no tag and, on its own node, in one file alone', async () => {
  const half = (await ground.read(0, `cat ${KEY}`)).split('\n')[2] ?? '';
  expect(half.length).toBeGreaterThan(40);
  const search =
    'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; journalctl --no-pager; ' +
    'find /opt /etc /root /home /var/log /var/lib/cloud /run /tmp -xdev -type f -size -4M' +
    ` ! -path ${KEY} -exec cat {} + 2>/dev/null`;
  const found = (index: number) => ground.read(index, `{ ${search}; } | tr -d '\\0'; true`);
  const texts = await Promise.all([
    found(0),
    found(1),
    ground.nodes().then((nodes) => JSON.stringify(nodes)),
  ]);
  expect(Math.min(...texts.map((text) => text.length))).toBeGreaterThan(500);
  expect(texts.map((text) => text.includes(half))).toEqual([false, false, false]);
});
