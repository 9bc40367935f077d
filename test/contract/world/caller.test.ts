// Ssh from the caller's address alone: found out here and in a network of its own, and enforced by the real firewall.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { changesFor } from '../../../src/plans/group-rules.ts';
import { type Caller, openings } from '../../../src/plans/openings.ts';
import { rangeOf } from '../../../src/pool/ipv4.ts';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { createCloud } from '../../../src/world/ec2.ts';
import type { Cloud } from '../../../src/world/world.ts';
import { type Ground, makeCloud } from '../local-cloud/cloud-ground.ts';

const exec = promisify(execFile);
const LIMIT = 60_000;
/** A network of the test's own, as a container has one, hidden behind the host's address by its firewall. */
const SPACE = 'pp-caller';
const INSIDE = '10.231.7.2';
const TABLE = `table ip ${SPACE} {
  chain out {
    type nat hook postrouting priority 100;
    ip saddr ${INSIDE} masquerade
  }
}
`;

async function layNetwork(): Promise<void> {
  const ip = (...words: string[]) => exec('ip', words);
  await ip('netns', 'add', SPACE);
  await ip('link', 'add', SPACE, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', SPACE);
  await ip('addr', 'add', '10.231.7.1/24', 'dev', SPACE);
  await ip('link', 'set', SPACE, 'up');
  await ip('-n', SPACE, 'addr', 'add', `${INSIDE}/24`, 'dev', 'eth0');
  await ip('-n', SPACE, 'link', 'set', 'eth0', 'up');
  await ip('-n', SPACE, 'route', 'add', 'default', 'via', '10.231.7.1');
  const nft = exec('nft', ['-f', '-']);
  nft.child.stdin?.end(TABLE);
  await nft;
}

async function removeNetwork(): Promise<void> {
  await exec('nft', ['delete', 'table', 'ip', SPACE]).catch(() => undefined);
  await exec('ip', ['netns', 'del', SPACE]).catch(() => undefined);
  await exec('ip', ['link', 'del', SPACE]).catch(() => undefined);
}

let ground: Ground;
let cloud: Cloud;
let here: Caller;
let group = '';
let address = '';
beforeAll(async () => {
  await removeNetwork();
  ground = await makeCloud();
  const settings = { ...defaultsIn('/party'), name: 'caller', region: 'us-east-1' };
  const env = { AWS_ENDPOINT_URL_EC2: ground.endpoints.ec2 };
  process.env['AWS_ENDPOINT_URL_EC2'] = ground.endpoints.ec2;
  cloud = createCloud(settings, env, { credentials: async () => ground.credentials });
  const { vpcId = '' } = (await cloud.subnets([]))[0] ?? {};
  here = await cloud.caller(vpcId);
  group = await cloud.openGroup('caller', vpcId, openings(settings, here));
  const [machine] = await ground.launch({ SecurityGroupIds: [group] });
  address = machine?.PublicIpAddress ?? '';
  await layNetwork();
}, 300_000);
afterAll(async () => {
  await removeNetwork();
  await ground?.end();
}, LIMIT);

/** The source that the machine's sshd sees; from this host, or from the network of its own. */
async function seenFrom(place: 'here' | 'there'): Promise<string> {
  const words = ['-i', ground.key, '-o', 'ConnectTimeout=3', '-o', 'StrictHostKeyChecking=no'];
  const ssh = ['ssh', ...words, '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'];
  const way = place === 'there' ? ['ip', 'netns', 'exec', SPACE, ...ssh] : ssh;
  const [program = '', ...rest] = [...way, `admin@${address}`, 'echo $SSH_CONNECTION'];
  return (await exec(program, rest)).stdout.split(' ')[0] ?? '';
}

test(
  'row 15: the caller is let in from its own address, which is what the machine sees',
  async () => {
    expect(await vi.waitFor(() => seenFrom('here'), { timeout: LIMIT, interval: 500 })).toBe(
      here.range.replace('/32', ''),
    );
    await expect(seenFrom('there')).rejects.toThrow(/timed out/i);
  },
  LIMIT,
);

test(
  'who is elsewhere comes in by its own address once that is let in, and the former one is out',
  async () => {
    const moved = { ...here, range: rangeOf(INSIDE) };
    const rules = async () => (await cloud.groupsNamed('caller'))[0]?.rules ?? [];
    await cloud.changeGroup(group, changesFor(moved, await rules()));
    expect(await vi.waitFor(() => seenFrom('there'), { timeout: LIMIT, interval: 500 })).toBe(INSIDE);
    await expect(seenFrom('here')).rejects.toThrow(/timed out/i);
    await cloud.changeGroup(group, changesFor(here, await rules()));
    expect(await seenFrom('here')).toBe(here.range.replace('/32', ''));
  },
  LIMIT,
);
