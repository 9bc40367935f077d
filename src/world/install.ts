// Gives a node the software that it lacks.
import {
  checkScript,
  installScript,
  type Lacking,
  lacksNode,
  lineReader,
  noteIn,
  parseCheck,
} from '../plans/install.ts';
import { misfit } from '../plans/install-node.ts';
import { PoolError } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import type { Templates } from '../pool/templates.ts';
import type { PackedNode, World } from './world.ts';

/** Packages come from a mirror that may be slow, and each attempt has its own limits: this is for all, in ms. */
const INSTALL_LIMIT = 20 * 60_000;

/** How far an installation is. */
export type InstallStage = 'sending Node' | 'installing';

/** What the person is told while it goes on; a note is a failure that is tried again. */
export interface InstallNews {
  stage(node: Node, stage: InstallStage): void;
  note(node: Node, text: string): void;
}

/** What the node lacks; one short script that changes nothing. */
export async function lackingOn(world: World, templates: Templates, node: Node): Promise<Lacking> {
  const { code, stdout, stderr } = await world.remote.run(node, checkScript(templates));
  if (code !== 0)
    throw new PoolError(`${node.name} (${node.id}) does not say what it lacks: ${stderr.trim()}`);
  return parseCheck(stdout);
}

/** Our own Node, where the node lacks one. Throws PoolError where ours would not run there. */
async function nodeFor({ files }: World, node: Node, lacking: Lacking): Promise<PackedNode | undefined> {
  if (!lacksNode(lacking)) return undefined;
  const own = files.ownNode();
  const why = misfit(own.builtFor(), lacking.system);
  if (why === undefined) return await own.packed();
  throw new PoolError(
    `${node.name} (${node.id}) has no Node 20.19 or newer, and this machine's own cannot be sent: ${why}; ` +
      'use an image (ami) that has Node',
  );
}

/** The program's bytes, with news of their end. */
function* sent(packed: PackedNode, node: Node, news: InstallNews): Generator<Uint8Array> {
  news.stage(node, 'sending Node');
  yield* packed.gzipped;
  news.stage(node, 'installing');
}

async function* chunksOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Installs what is lacking. Throws PoolError with the last lines of the output. */
export async function install(
  world: World,
  templates: Templates,
  node: Node,
  lacking: Lacking,
  news: InstallNews,
): Promise<void> {
  const packed = await nodeFor(world, node, lacking);
  const script = installScript(templates, lacking, packed?.hash);
  const lines = lineReader((line) => {
    const note = noteIn(line);
    if (note !== undefined) news.note(node, note);
  });
  let stderr = '';
  const onChunk = (chunk: Uint8Array, from: 'stdout' | 'stderr') => {
    const text = new TextDecoder().decode(chunk);
    if (from === 'stdout') lines(text);
    else stderr += text;
  };
  if (!packed) news.stage(node, 'installing');
  const input = packed && { input: chunksOf(sent(packed, node, news)) };
  const options = { ...input, onChunk, timeout: INSTALL_LIMIT, signal: world.signal };
  const { code } = await world.remote.run(node, script, options);
  if (code !== 0) throw installFailed(node, code, stderr);
}

function installFailed(node: Node, code: number, stderr: string): PoolError {
  const [why = '', ...details] = stderr.trim().split('\n');
  return new PoolError(
    `${node.name} (${node.id}) could not be given its software: ${why || `code ${code}`}`,
    { details },
  );
}
