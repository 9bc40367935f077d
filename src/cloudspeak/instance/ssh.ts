// instance ssh: an interactive shell on the node, as root.
import { chooseOne } from '../../pool/choose.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world, request) => {
  const { nodes } = await world.cloud.look(world.settings.name);
  const node = chooseOne(nodes, request.choice);
  const host = node.publicDns ?? node.publicIp ?? node.privateIp ?? node.id;
  if (request.dryRun) {
    world.terminal.print(`ssh into ${node.name}: ${host}`);
    return 0;
  }
  world.terminal.say(`Ssh'ing into ${host}`);
  return await world.remote.shell(node);
};
