// instance scp: a file or a folder to one node, or from it. Nothing is deleted, on neither side.
import { chooseOne } from '../../pool/choose.ts';
import { usageError } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import { someOf } from '../../pool/some-of.ts';
import { download } from '../../world/copy/download.ts';
import type { Transfer } from '../../world/copy/transfer.ts';
import { upload } from '../../world/copy/upload.ts';
import { shownName } from '../../world/folder/name.ts';
import type { Request, Run } from '../word.ts';

const MIB = 1024 * 1024;

interface Copy {
  readonly path: string;
  readonly dest: string;
  readonly way: 'to' | 'from';
}

function copyOf({ values: { src, from, dest } }: Request): Copy {
  if (src !== undefined && from !== undefined)
    throw usageError('src= and from= are two ways; give src= to copy to the node, from= to copy from it');
  const path = src ?? from;
  if (!path || !dest)
    throw usageError('scp needs two paths: src=HERE dest=THERE to the node, from=THERE dest=HERE from it');
  return { path, dest, way: src === undefined ? 'from' : 'to' };
}

/** --dry-run. */
const wayOf = ({ name }: Node, { path, dest, way }: Copy): string =>
  way === 'to' ? `copy ${path} to ${name}:${dest}` : `copy ${name}:${path} to ${dest}`;

const megabytes = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

async function copy(transfer: Transfer, { path, dest, way }: Copy): Promise<string> {
  const { node } = transfer;
  if (way === 'from') return `${node.name}:${path} to ${await download(transfer, path, dest)}`;
  await upload(transfer, path, dest);
  return `${path} to ${node.name}:${dest}`;
}

export const run: Run = async (world, request) => {
  const asked = copyOf(request);
  const { nodes } = await world.cloud.look(world.settings.name);
  const node = chooseOne(nodes, request.choice);
  if (request.dryRun) {
    world.terminal.print(wayOf(node, asked));
    return 0;
  }
  const live = world.terminal.live();
  let bytes = 0;
  const leftOut: string[] = [];
  const transfer = {
    ...{ remote: world.remote, signal: world.signal, node },
    onProgress: (sum: number) => {
      bytes = sum;
      live?.update([`${node.name}: ${megabytes(sum)} ${asked.way === 'to' ? 'sent' : 'received'}`]);
    },
    onLeftOut: (name: Uint8Array, why: string) => leftOut.push(`${shownName(name)} (${why})`),
  };
  try {
    const done = await copy(transfer, asked);
    if (leftOut.length > 0) world.terminal.warn(`left out: ${someOf(leftOut)}`);
    world.terminal.say(`Copied ${done} (${megabytes(bytes)})`);
  } finally {
    live?.done();
  }
  return 0;
};
