// A pool of three in the fake world, spoken to again and again: each command is a process of its own.
import { FakeOutside, speak } from '../../fake-world.ts';
import { FakeNodes } from '../../fakes/nodes.ts';

const POOL_YML = `name: party
minimum_instances: 3
app:
  source: app
  command: node server.js
  health: /health
`;

export interface Party {
  readonly outside: FakeOutside;
  readonly machines: FakeNodes;
}

/** The folder of a pool with an app; `more` is added to its pool.yml. */
export function party(more = ''): Party {
  const outside = new FakeOutside();
  outside.texts.set('/home/tester/party/pool.yml', POOL_YML + more);
  return { outside, machines: new FakeNodes(outside) };
}

/** The same world for the next command, with an empty screen and without Ctrl-C. */
export function next({ outside, machines: before }: Party): Party {
  const { clock, ec2, texts, env, disk } = outside;
  const again = Object.assign(new FakeOutside(), { clock, ec2, texts, env });
  const machines = new FakeNodes(again, before);
  Object.assign(again.disk, { release: disk.release, checkPrivateKey: disk.checkPrivateKey });
  return { outside: again, machines };
}

/** The same account, folder and machines once more, for another course of things. */
export function copy({ outside: before, machines }: Party): Party {
  const outside = new FakeOutside();
  outside.clock.ms = before.clock.ms;
  outside.ec2.become(before.ec2);
  for (const [path, text] of before.texts) outside.texts.set(path, text);
  Object.assign(outside.env, before.env);
  const again = machines.copy(outside);
  Object.assign(outside.disk, { release: before.disk.release, checkPrivateKey: before.disk.checkPrivateKey });
  return { outside, machines: again };
}

/** A pool that has been started; the screen is empty again. */
export async function started(more = ''): Promise<Party> {
  const all = party(more);
  const { code, stderr } = await speak('pool start', all.outside);
  if (code !== 0) throw new Error(`the pool did not start: ${stderr}`);
  all.outside.screen.stdout = '';
  all.outside.ec2.changes.length = 0;
  all.outside.ec2.calls.length = 0;
  return all;
}
