// Writes docs/licences.md: every package that the published commands come with, and under which licence.
// Usage: licences.mjs [--check]    --check writes nothing, and fails where the file is another
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'docs/licences.md';
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Whoever ships these need only name them. What is not here needs a person to look at it first. */
export const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

const nameOf = (path) => path.replace(/^.*node_modules\//, '');

/**
 * Read by hand in the package (package.json's old `licenses`, or its Readme), where package-lock.json has no licence.
 * The package itself is not asked: npm may have left it out (--omit=optional, or a build that failed).
 */
const READ_BY_HAND = {
  buildcheck: 'MIT',
  busboy: 'MIT',
  'cpu-features': 'MIT',
  dicer: 'MIT',
  'humanize-number': 'MIT',
  only: 'MIT',
  ssh2: 'MIT',
  streamsearch: 'MIT',
};

const licenceOf = (name, entry) => entry.license ?? READ_BY_HAND[name] ?? 'unknown';

/** Every package of package-lock.json that a user of the commands gets. */
export function shipped() {
  const all = Object.entries(read('package-lock.json').packages);
  return all
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.devOptional)
    .map(([path, entry]) => ({
      name: nameOf(path),
      version: entry.version,
      licence: licenceOf(nameOf(path), entry),
      runsAtInstall: entry.hasInstallScript === true,
    }))
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

export function text(packages) {
  const rows = packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  const scripts = packages.filter((one) => one.runsAtInstall).map((one) => `\`${one.name}\``);
  return `# Licences of what the commands come with

Written by \`npm run docs:licences\` out of package-lock.json; a test holds it current, and fails on a licence that
nobody has looked at. PoolParty itself is under MIT. Pinned exactly: an update is a commit.

Packages with an install script of their own: ${scripts.join(' and ')}. Both build optional native code that makes
ssh faster; \`npm install --ignore-scripts\` leaves it out, and everything works without.

| package | version | licence |
| --- | --- | --- |
${rows.join('\n')}
`;
}

if (process.argv[1]?.endsWith('licences.mjs')) {
  const wanted = text(shipped());
  if (!process.argv.includes('--check')) writeFileSync(FILE, wanted);
  else if (readFileSync(FILE, 'utf8') !== wanted) {
    console.error(`${FILE} is not what package-lock.json says; run npm run docs:licences`);
    process.exitCode = 1;
  }
}
