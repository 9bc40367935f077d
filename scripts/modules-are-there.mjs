// Ends with 0 where node_modules is what package-lock.json says, whichever of the two was written last. What npm may
// leave out (optional packages) need not be there. Usage: modules-are-there.mjs [FOLDER]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? '.';

function packages(file) {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/** npm's own note of what it has installed. */
const installed = packages('node_modules/.package-lock.json');
const wanted = Object.entries(packages('package-lock.json')).filter(([path]) => path !== '');
const isThere = ([path, { version, integrity }]) =>
  installed[path]?.version === version && installed[path]?.integrity === integrity;
const missing = wanted.filter((one) => !one[1].optional && !one[1].devOptional && !isThere(one));
process.exitCode = wanted.length > 0 && missing.length === 0 ? 0 : 1;
