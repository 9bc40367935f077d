// Turns the JSON of `pool local status --json` on stdin into export lines for bash on stdout.
import { readFileSync } from 'node:fs';
import { quote } from './keys-text.mjs';
import { localValues } from './local-values.mjs';

try {
  const values = localValues(JSON.parse(readFileSync(0, 'utf8')));
  for (const [name, value] of Object.entries(values)) console.log(`export ${name}=${quote(value)}`);
} catch (error) {
  console.error(`Cannot understand what pool local status --json says: ${error.message}`);
  process.exitCode = 1;
}
