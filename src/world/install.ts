// Gives a node the software that it lacks.
import {
  checkScript,
  installScript,
  type Lacking,
  lacksNode,
  lacksNpm,
  lineReader,
  type NpmAsked,
  noteIn,
  parseCheck,
  saysNoNpm,
  saysNpm,
} from '../plans/install.ts';
import { misfit } from '../plans/install-node.ts';
import { PoolError } from '../pool/failure.ts';
import type { Node } from '../pool/instance.ts';
import type { Templates } from '../pool/templates.ts';
import { answerOf } from './nodes/answer.ts';
import type { PackedNode, World } from './world.ts';

/** Packages come from a mirror that may be slow, and each attempt has its own limits: this is for all, in ms. */
const INSTALL_LIMIT = 20 * 60_000;

/** How far an installation is. */
export type InstallStage = 'sending Node' | 'sending npm' | 'installing';

/** What the person is told while it goes on; a note is a failure that is tried again. */
export interface InstallNews {
  stage(node: Node, stage: InstallStage): void;
  note(node: Node, text: string): void;
}

/** Whether a node is asked for npm, and why. */
export const npmAsked = ({ files, settings }: World): NpmAsked => {
  if (files.ownNode().hasNpm()) return 'here';
  return saysNpm(settings.app) ? 'said' : 'no';
};

/** What the node lacks; one short script that changes nothing. */
export async function lackingOn(world: World, templates: Templates, node: Node): Promise<Lacking> {
  const script = checkScript(templates, npmAsked(world));
  return answerOf(node, 'asked what it lacks', await world.remote.run(node, script), parseCheck);
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

const NO_NPM =
  'the app says npm, and this machine has none that can be sent; take Node from nodejs.org, whose npm stands in one ' +
  'folder, or an image (ami) that has npm';

const npmFails = (error: Error): string =>
  `npm cannot be sent: ${error.message}; an app that needs it has to bring it`;

/** Our own npm, where the node lacks one. Where there is none to send, the node goes on without. */
async function npmFor(
  world: World,
  node: Node,
  lacking: Lacking,
  news: InstallNews,
): Promise<Uint8Array | undefined> {
  if (!lacksNpm(lacking)) return undefined;
  const own = world.files.ownNode();
  try {
    const npm = await own.npm();
    if (npm === undefined && saysNpm(world.settings.app)) news.note(node, NO_NPM);
    return npm;
  } catch (error) {
    news.note(node, npmFails(error as Error));
    return undefined;
  }
}

/** What goes to the script's standard input, with news of its end. */
async function* sent(
  pieces: readonly Uint8Array[],
  what: InstallStage,
  tell: (stage: InstallStage) => void,
): AsyncGenerator<Uint8Array> {
  tell(what);
  yield* pieces;
  tell('installing');
}

const bytesOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, piece) => sum + piece.length, 0);

/** Hands notes to the person who waits; gathers them, and stderr. */
function listen(node: Node, news: InstallNews) {
  const notes: string[] = [];
  const lines = lineReader((line) => {
    const note = noteIn(line);
    if (note === undefined) return;
    notes.push(note);
    news.note(node, note);
  });
  const heard = { stderr: '', notes };
  const onChunk = (chunk: Uint8Array, from: 'stdout' | 'stderr') => {
    const text = new TextDecoder().decode(chunk);
    if (from === 'stdout') lines(text);
    else heard.stderr += text;
  };
  return { heard, onChunk };
}

/**
 * Installs what is lacking, and returns what the node has got of it: all but an npm that could not be brought.
 * Throws PoolError with the last lines of the output.
 */
export async function install(
  world: World,
  templates: Templates,
  node: Node,
  lacking: Lacking,
  news: InstallNews,
): Promise<readonly string[]> {
  const [packed, npm] = await Promise.all([
    nodeFor(world, node, lacking),
    npmFor(world, node, lacking, news),
  ]);
  const script = installScript(templates, lacking, npmAsked(world), {
    ...(packed && { node: { hash: packed.hash, bytes: bytesOf(packed.gzipped) } }),
    ...(npm && { npm: true }),
  });
  const { heard, onChunk } = listen(node, news);
  const pieces = [...(packed?.gzipped ?? []), ...(npm ? [npm] : [])];
  const tell = (stage: InstallStage) => news.stage(node, stage);
  if (pieces.length === 0) tell('installing');
  const input = pieces.length > 0 && { input: sent(pieces, packed ? 'sending Node' : 'sending npm', tell) };
  const options = { ...input, onChunk, timeout: INSTALL_LIMIT, signal: world.signal };
  const { code } = await world.remote.run(node, script, options);
  if (code !== 0) throw installFailed(node, code, heard.stderr);
  const npmCame = npm !== undefined && !heard.notes.some(saysNoNpm);
  return lacking.names.filter((name) => name !== 'npm' || npmCame);
}

function installFailed(node: Node, code: number, stderr: string): PoolError {
  const [why = '', ...details] = stderr.trim().split('\n');
  return new PoolError(
    `${node.name} (${node.id}) could not be given its software: ${why || `code ${code}`}`,
    { details },
  );
}
