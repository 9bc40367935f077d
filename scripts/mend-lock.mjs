// Puts the optional packages of other platforms back into package-lock.json: where a registry does not have them, npm
// drops them, and then `npm ci` refuses the file everywhere. Run it after `npm install`, when `npm ci` says "Missing".
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.argv[2] ?? new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** What the name of a binary package says of where it runs; such names are `@scope/SYSTEM-PROCESSOR` with variants. */
function platform(name) {
  const words = name.split('/').at(-1).split('-');
  const os = words.filter((word) => systems.includes(word));
  const cpu = words.filter((word) => processors.includes(word));
  const libc = words.includes('musl') ? ['musl'] : [];
  return Object.entries({ cpu, libc, os }).filter(([, values]) => values.length > 0);
}

/** Where npm would find the package for a dependent: beside it or in any folder above. */
function isThere(dependent, name) {
  for (let path = dependent; ; path = path.slice(0, path.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    if (lock.packages[`${path ? `${path}/` : ''}node_modules/${name}`]) return true;
    if (path === '') return false;
  }
}

const added = [];
for (const [path, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (!/^\d/.test(version) || isThere(path, name)) continue;
    const rest = [...platform(name), ...(dev ? [['dev', true]] : []), ['optional', true]];
    lock.packages[`node_modules/${name}`] = { version, ...Object.fromEntries(rest.sort()) };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `Added ${added.length} packages of other platforms` : 'Nothing is missing');
