// A master that is configured and shows its keys, and a newcomer that nobody has touched, on a local cloud of their own.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { configurationOf } from '../../../src/plans/configuration.ts';
import { configureParcels, configureScript } from '../../../src/plans/configure.ts';
import { difference, UNTOUCHED } from '../../../src/plans/node-state.ts';
import { openings } from '../../../src/plans/openings.ts';
import { userDataOf } from '../../../src/plans/user-data.ts';
import type { Node } from '../../../src/pool/instance.ts';
import { keyTags } from '../../../src/pool/keys.ts';
import type { Settings } from '../../../src/pool/settings.ts';
import { defaultsIn } from '../../../src/pool/settings-defaults.ts';
import { createCloud } from '../../../src/world/ec2.ts';
import { createFiles } from '../../../src/world/files.ts';
import { sending } from '../../../src/world/parcels.ts';
import { keptArchive } from '../../../src/world/release.ts';
import { createRemote, fromOutside } from '../../../src/world/ssh.ts';
import { app, builtIn, factsOf } from '../../unit/built-in.ts';
import { makeCloud } from '../local-cloud/cloud-ground.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const hello = `${project}/examples/hello`;

/** Our client as it runs on a node: takes a node and a script, prints what came of it. */
const CLIENT = `
import { readFileSync } from 'node:fs';
import { createRemote, fromNode } from './src/world/ssh.ts';
const { node, script } = JSON.parse(readFileSync(0, 'utf8'));
const remote = createRemote({ username: 'admin' }, { hostKeys: async () => [] }, fromNode);
const answer = await remote.run(node, script).catch((error) => ({ refused: error.message }));
remote.close();
console.log(JSON.stringify(answer));
`;

async function client(): Promise<Uint8Array<ArrayBuffer>> {
  const { outputFiles } = await build({
    stdin: { contents: CLIENT, resolveDir: project, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    external: ['cpu-features', '*.node'],
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url), __dirname = '/';",
    },
  });
  return new Uint8Array(outputFiles[0]?.contents ?? []);
}

export interface FromNode {
  readonly stdout?: string;
  /** The failure's message, where it failed. */
  readonly refused?: string;
}

export type KeyGround = Awaited<ReturnType<typeof makeKeyGround>>;

/** `command` is the app's. The cloud's endpoint and keys go into this process's environment, for the SDK to find. */
export async function makeKeyGround(command: string) {
  const base = await makeCloud();
  process.env['AWS_ENDPOINT_URL_EC2'] = base.endpoints.ec2;
  process.env['AWS_ACCESS_KEY_ID'] = base.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = base.credentials.secretAccessKey;
  const settings: Settings = {
    ...defaultsIn('/party'),
    name: 'keys',
    region: 'us-east-1',
    username: 'admin',
    keypair_path: base.key,
    app: app({ source: hello, command }),
  };
  const cloud = createCloud(settings, process.env);
  const remote = createRemote(settings, cloud, fromOutside(settings, base.home));

  const nodes = async (): Promise<readonly Node[]> => (await cloud.look(settings.name)).nodes;
  const node = async (index: number): Promise<Node> => {
    const found = (await nodes())[index];
    if (found === undefined) throw new Error(`there is no node ${index}`);
    return found;
  };
  /** What a script prints on a node, as root, asked by the operator. */
  const read = async (index: number, script: string, stdin = new Uint8Array()): Promise<string> => {
    const { code, stdout, stderr } = await remote.run(await node(index), script, { stdin });
    if (code !== 0) throw new Error(`code ${code}: ${stderr}`);
    return stdout.trimEnd();
  };

  /** One more instance, as a launch makes it; returns once it runs. */
  async function launch(): Promise<void> {
    const [subnet] = await cloud.subnets([]);
    if (subnet === undefined) throw new Error('the cloud has no subnet');
    const rules = openings(settings, await cloud.caller(subnet.vpcId));
    const known = await nodes();
    const [image] = await cloud.images('poolparty');
    if (image === undefined) throw new Error('the cloud has no image');
    const [launched] = await cloud.launch({
      pool: settings.name,
      image,
      type: 't3.small',
      market: 'on-demand',
      volumeSize: undefined,
      subnetId: subnet.id,
      keypair: 'test',
      instanceProfile: 'poolparty',
      userData: userDataOf(settings, builtIn, known),
      count: 1,
      groupId: await cloud.openGroup(settings.name, subnet.vpcId, rules),
      token: `token-${known.length}`,
    });
    await base.becomes(launched?.id ?? '', 'running');
  }

  /** As `configure` does, and with the node's keys in its tags. */
  async function configureMaster(): Promise<void> {
    const master = await node(0);
    const facts = factsOf([master], settings);
    const own = app({ source: hello });
    const { release } = await createFiles(hello).release(own, 'packed');
    const configuration = configurationOf({ ...facts, release });
    const lacks = difference(configuration, UNTOUCHED);
    const sent = sending(configureParcels(configuration, lacks), await keptArchive(release));
    const done = await remote.run(master, configureScript(configuration, lacks, builtIn), sent);
    if (done.code !== 0) throw new Error(done.stderr);
    const script = [builtIn['node.sh'], builtIn['keys.sh'], 'make_key', 'echo "{$(own_keys)}"'].join('\n');
    const keys = JSON.parse(await read(0, script)) as { readonly ssh_key: string; readonly host_key: string };
    await cloud.tag([master.id], keyTags(master, { sshKey: keys.ssh_key, hostKey: keys.host_key }));
    await read(0, 'cat >/root/client.mjs', await client());
  }

  /** What our client on the master gets from another node. */
  async function fromMaster(other: Node, script: string): Promise<FromNode> {
    const stdin = Buffer.from(JSON.stringify({ node: other, script }));
    return JSON.parse(await read(0, 'exec node /root/client.mjs', stdin)) as FromNode;
  }

  const end = async (): Promise<void> => {
    remote.close();
    await base.end();
  };
  return { base, cloud, nodes, node, read, launch, configureMaster, fromMaster, end };
}
