// Writes the JSON Schema of pool.yml, for editors, from the settings' own schemas.
import { writeFile } from 'node:fs/promises';
import { schemaText } from '../src/pool/settings-schema.ts';

await writeFile(new URL('../schema/pool.schema.json', import.meta.url), schemaText());
