// instance ssh: an interactive shell on the node, as root.
import { chooseOne } from '../../pool/choose.ts';
import type { Run } from '../word.ts';

export const run: Run = async (world, request) => {
  const { nodes } = await world.cloud.look(world.settings.name);
  const node = chooseOne(nodes, request.choice);
  world.terminal.say(`Ssh'ing into ${node.publicDns ?? node.publicIp ?? node.privateIp ?? node.id}`);
  return await world.remote.shell(node);
};
