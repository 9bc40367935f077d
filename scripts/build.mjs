// Bundles each command, so that it starts fast: parts that a word does not need stay in chunks of their own.
// Usage: build.mjs [FOLDER]    into another folder than dist
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

const [outdir = 'dist'] = process.argv.slice(2);
await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: { pool: 'src/cloudspeak/pool.ts', instance: 'src/cloudspeak/instance.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['ssh2'],
  minify: true,
  banner: {
    js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
  },
});
await build({
  entryPoints: { 'local-cloud': 'src/local-cloud/main.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
});
// What runs on a node is one file: nothing else of ours is there.
await build({
  entryPoints: { poolparty: 'src/cloudspeak/node.ts' },
  outdir: `${outdir}/node`,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  // ssh2 tries its native parts and does without them.
  external: ['cpu-features', '*.node'],
  minify: true,
  banner: {
    // ssh2 names a file beside its own, which nobody here asks for.
    js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url), __dirname = '/opt/poolparty';",
  },
});
