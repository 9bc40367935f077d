// F13: a disk that is full, here or on the node, is one line that says whose it is, and nothing is left there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { outsideOf } from '../../unit/cloudspeak/instance/copy-ground.ts';
import { speak } from '../../unit/fake-world.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poolparty-disk-'));
  mkdirSync(join(folder, 'there'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Each command has a terminal of its own. */
async function scp(...words: string[]) {
  const { code, stderr } = await speak(['instance', 'scp', 'i=0', ...words], outsideOf());
  return { code, stderr };
}

test('F13: a disk that is full here is told as ours, and leaves nothing', async () => {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', disk]);
  try {
    writeFileSync(join(folder, 'there', 'big'), Buffer.alloc(3_000_000));
    for (const from of [`${folder}/there/big`, `${folder}/there`]) {
      const said = await scp(`from=${from}`, `dest=${disk}/big`);
      expect(said).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^instance: cannot write \S+ here: the disk is full; .*\n$/),
      });
      expect(readdirSync(disk)).toEqual([]);
    }
    mkdirSync(join(folder, 'tree'));
    writeFileSync(join(folder, 'tree', 'big'), Buffer.alloc(3_000_000));
    for (const src of ['tree', 'tree/big']) {
      const said = await scp(`src=${folder}/${src}`, `dest=${disk}/x`);
      expect(said).toEqual({
        code: 1,
        stderr: expect.stringMatching(
          /^instance: node0 \(i-\w+\): could not copy to .*No space left on device.*\n$/,
        ),
      });
      expect(readdirSync(disk)).toEqual([]);
    }
  } finally {
    execFileSync('umount', [disk]);
  }
});
