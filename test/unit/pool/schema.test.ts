// The JSON Schema that editors read says the same as the settings themselves.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { SETTING_KEYS } from '../../../src/pool/setting-keys.ts';
import { schemaText } from '../../../src/pool/settings-schema.ts';

const committed = new URL('../../../schema/pool.schema.json', import.meta.url);

test('row 24: schema/pool.schema.json is what `npm run schema` writes', async () => {
  expect(await readFile(committed, 'utf8')).toBe(schemaText());
});

test('it knows every key and no other', () => {
  const schema = JSON.parse(schemaText());
  expect(Object.keys(schema.properties)).toEqual(SETTING_KEYS);
  expect(schema.additionalProperties).toBe(false);
});
