// Templates as editors on other systems write them: a node gets none of their line ends.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TEMPLATE_NAMES } from '../../../src/pool/templates.ts';
import { createFiles } from '../../../src/world/files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poolparty-templates-'));
  await mkdir(join(folder, 'templates'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

test('F19: every template with CRLF and a byte order mark is read with LF and without the mark', async () => {
  for (const name of TEMPLATE_NAMES) {
    const text = await readFile(new URL(`../../../templates/${name}`, import.meta.url), 'utf8');
    expect(text).not.toMatch(/[\r\uFEFF]/);
    await writeFile(join(folder, 'templates', name), `\uFEFF${text.replaceAll('\n', '\r\n')}`);
    expect(await createFiles(folder).template(name)).toBe(text);
  }
});
