// Bundles each command, so that it starts fast: parts that a word does not need stay in chunks of their own.
// Usage: build.mjs [FOLDER]    into another folder than dist
import { readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const [outdir = 'dist'] = process.argv.slice(2);

/**
 * The SDK keeps the shapes of all its operations in one file, as arrays that the bundler dares not drop. Told that
 * making one has no effect, it leaves out those of operations that we never call: two thirds of the whole.
 */
const onlyUsedShapes = {
  name: 'only-used-shapes',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[a-z0-9]+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const shape = /^((?:export )?var \w+\$? = )(\[[\s\S]*?\]);$/gm;
      return { contents: text.replace(shape, '$1/* @__PURE__ */ (() => $2)();'), loader: 'js' };
    });
  },
};

const REQUIRE = "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);";

const common = { outdir, bundle: true, format: 'esm', platform: 'node', target: 'node20' };
const program = {
  ...common,
  mainFields: ['module', 'main'],
  minify: true,
  plugins: [onlyUsedShapes],
  banner: { js: REQUIRE },
};

await rm(outdir, { recursive: true, force: true });
await build({
  ...program,
  entryPoints: { pool: 'src/cloudspeak/pool.ts', instance: 'src/cloudspeak/instance.ts' },
  splitting: true,
  external: ['ssh2'],
});
// What runs on a node stands alone: nothing else of ours is there. ssh2 tries its native parts and does without them.
// Where something is imported late, one file would keep all of it, used or not: so chunks are made first, then joined.
const node = { ...program, external: ['cpu-features', '*.node'] };
const parts = `${outdir}/node/parts`;
await build({
  ...node,
  entryPoints: { poolparty: 'src/cloudspeak/node.ts' },
  outdir: parts,
  splitting: true,
  banner: {},
});
await build({
  ...node,
  entryPoints: { poolparty: `${parts}/poolparty.js`, claim: 'src/cloudspeak/node-claim.ts' },
  outdir: `${outdir}/node`,
  // ssh2 names a file beside its own, which nobody here asks for.
  banner: { js: `${REQUIRE} const __dirname = '/opt/poolparty';` },
  // What there is to say of others' code is not said of it in their folder.
  logLevel: 'error',
});
await rm(parts, { recursive: true });
await build({
  ...common,
  entryPoints: { 'local-cloud': 'src/local-cloud/main.ts' },
  splitting: true,
  packages: 'external',
});
