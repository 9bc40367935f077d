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

/** Neither package.json says it, but the Readme that comes with them. */
const IN_THE_README = { only: 'MIT', 'humanize-number': 'MIT' };

/** Older packages have a list of objects; where the lock file has none, the package itself is asked. */
function licenceOf(path, entry) {
  if (typeof entry.license === 'string') return entry.license;
  const { license, licenses } = read(`${path}/package.json`);
  const said = license ?? licenses;
  const names = (Array.isArray(said) ? said : [said]).map((one) =>
    typeof one === 'string' ? one : one?.type,
  );
  return names.filter(Boolean).join(' OR ') || (IN_THE_README[nameOf(path)] ?? 'unknown');
}

/** Every package of package-lock.json that a user of the commands gets. */
export function shipped() {
  const all = Object.entries(read('package-lock.json').packages);
  return all
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.devOptional)
    .map(([path, entry]) => ({
      name: nameOf(path),
      version: entry.version,
      licence: licenceOf(path, entry),
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
