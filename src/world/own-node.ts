// The Node that this command runs on, packed for a node of the pool that has none.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { builtFor } from '../plans/install-node.ts';
import { findNpm, type Npm } from '../process/npm.ts';
import { packNpm } from './own-npm.ts';
import type { OwnNode, PackedNode } from './world.ts';

/** Packs a program, hashing it on the way; it is never held in memory unpacked. */
async function pack(path: string): Promise<PackedNode> {
  const hash = createHash('sha256');
  const gzipped: Buffer[] = [];
  await pipeline(
    createReadStream(path, { highWaterMark: 1024 * 1024 }),
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk);
        yield chunk;
      }
    },
    // Level 4 is half as quick again as the default, and what it makes is hardly bigger.
    createGzip({ level: 4, chunkSize: 256 * 1024 }),
    async (packed: AsyncIterable<Buffer>) => {
      for await (const chunk of packed) gzipped.push(chunk);
    },
  );
  return { hash: hash.digest('hex'), gzipped };
}

interface ReportHeader {
  readonly glibcVersionCompiler?: string;
}

/** The glibc that this Node was built with; undefined with musl and on other systems. */
function glibc(): string | undefined {
  const { header } = process.report.getReport() as unknown as { header: ReportHeader };
  return header.glibcVersionCompiler;
}

/** Costs nothing until it is asked. */
export function createOwnNode(path = process.execPath): OwnNode {
  let packed: Promise<PackedNode> | undefined;
  let found: { readonly npm: Npm | undefined } | undefined;
  let packedNpm: Promise<Uint8Array> | undefined;
  const ownNpm = () => {
    found ??= { npm: findNpm(path) };
    return found.npm;
  };
  return {
    version: process.version,
    builtFor: () => builtFor(process.platform, process.arch, glibc()),
    packed: () => {
      packed ??= pack(path);
      return packed;
    },
    hasNpm: () => ownNpm() !== undefined,
    npm: async () => {
      const npm = ownNpm();
      if (npm) packedNpm ??= packNpm(npm);
      return await packedNpm;
    },
  };
}
