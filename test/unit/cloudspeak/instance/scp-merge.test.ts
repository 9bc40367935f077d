// F13: a folder goes over one that is there whole or not at all, whatever is in the way, and both ways.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeOutside, speak } from '../../fake-world.ts';
import { aclOf, giveAcl } from './acl.ts';
import { canMount, clearGround, knowsMarks, newGround, outsideOf } from './copy-ground.ts';
import { LocalShell } from './local-shell.ts';

const WAYS = ['src', 'from'] as const;
const isRoot = process.geteuid?.() === 0;
const NOBODY = 65_534;

let folder: string;
let source: string;
let place: string;
let outside: FakeOutside;

beforeEach(() => {
  ({ folder, here: source, there: place } = newGround());
  outside = outsideOf();
});
afterEach(() => clearGround({ folder }));

const scp = (way: string) =>
  speak(['instance', 'scp', 'i=0', `${way}=${source}/m`, `dest=${place}`], outside);

/** Files a to e, a folder s with one, and links; each file holds `text`. */
function fill(root: string, text: string): string {
  const m = join(root, 'm');
  for (const one of ['s', 't']) mkdirSync(join(m, one), { recursive: true });
  for (const one of ['a', 'b', 'c', 'd', 'e', 's/f', 't/g']) writeFileSync(join(m, one), text);
  symlinkSync(text, join(m, 'link'));
  return m;
}

/** What is at both ends: files of all kinds are replaced, and some are new. */
function fillBoth(): string {
  const from = fill(source, 'new');
  const m = fill(place, 'old');
  for (const one of ['n/deep', 's/n']) mkdirSync(join(from, one), { recursive: true });
  for (const one of ['aa', 'n/deep/x', 's/n/x', 't/aa', 'was-link']) writeFileSync(join(from, one), 'new');
  writeFileSync(join(from, "odd 'name'\n\t-é"), 'new');
  writeFileSync(join(m, "odd 'name'\n\t-é"), 'old');
  symlinkSync('old', join(m, 'was-link'));
  symlinkSync('new', join(from, 'was-file'));
  writeFileSync(join(m, 'was-file'), 'old');
  chmodSync(join(m, 'a'), 0o640);
  chmodSync(join(m, 's'), 0o1750);
  for (const one of ['kept', 's/kept']) writeFileSync(join(m, one), 'kept');
  for (const one of ['a', 's', 't', '.']) utimesSync(join(m, one), 1_000_000, 1_000_000);
  return m;
}

/** All that can be known of a folder, the inodes of its files among it; times to the thousandth of a second. */
const state = (root: string): string =>
  [
    'find . -printf "%p %y %i %m %U:%G %n %.14T@ %l\\n" | sort',
    'find . -type f -print0 | sort -z | xargs -0 tail -n +1',
  ]
    .map((script) => execFileSync('sh', ['-c', script], { cwd: root, encoding: 'utf8' }))
    .join('');

/** The same, where a file may have come back as a copy: on a disk of its own. */
const asItIs = (root: string): string => state(root).replace(/^(.*[^ ] [fl]) \d+ (\d+ \d+:\d+)/gm, '$1 $2');

const oneLine = (said: { code: number; stderr: string }, way: string, why: RegExp): void => {
  expect(said).toMatchObject({ code: 1, stderr: expect.stringMatching(/^instance: .*\n$/) });
  expect(said.stderr.trim().split('\n')).toHaveLength(1);
  expect(said.stderr).toMatch(why);
  expect(said.stderr).not.toContain('bug of PoolParty');
  if (way === 'src') expect(said.stderr).toMatch(/^instance: node0 \(i-\w+\): could not copy to/);
};

describe.for(WAYS)('%s= over a folder that is there', (way) => {
  test('replaces all that it holds, and keeps the rest', async () => {
    const m = fillBoth();
    expect(await scp(way)).toMatchObject({ code: 0, stderr: '' });
    for (const one of ['a', 'e', 's/f', 'n/deep/x', 's/n/x', 'was-link', "odd 'name'\n\t-é"])
      expect(readFileSync(join(m, one), 'utf8')).toBe('new');
    for (const one of ['kept', 's/kept']) expect(readFileSync(join(m, one), 'utf8')).toBe('kept');
    const modes = execFileSync('find', ['a', 's', '-maxdepth', '0', '-printf', '%m\n'], { cwd: m });
    expect(`${modes}`).toBe('640\n1750\n');
    expect(readdirSync(m, { recursive: true }).join()).not.toContain('.poolparty');
  });

  test.runIf(isRoot && canMount()).for(['c', 's/f', 'e'])(
    'where %s is a mount point, as /etc/hosts is in containers, changes nothing',
    async (name) => {
      const m = fillBoth();
      const other = join(folder, 'other');
      writeFileSync(other, 'other');
      execFileSync('mount', ['--bind', other, join(m, name)]);
      try {
        const before = state(m);
        oneLine(await scp(way), way, new RegExp(`${join(m, name)}.*mount point`));
        expect(state(m)).toBe(before);
      } finally {
        execFileSync('umount', [join(m, name)]);
      }
    },
  );

  test
    .runIf(isRoot && knowsMarks())
    .for([...['+a c', '+a s/f', '+a .', '+a s', '+a t', '+a kept', '+i e', '+i s', '+i kept', '+i .']])(
    'where chattr %s was said is changed whole or not at all',
    async (marked) => {
      const m = fillBoth();
      const [mark = '', name = ''] = marked.split(' ');
      execFileSync('chattr', [mark, join(m, name)]);
      try {
        const before = state(m);
        const said = await scp(way);
        if (name === 'kept') expect(said).toMatchObject({ code: 0, stderr: '' });
        else {
          oneLine(said, way, new RegExp(`${join(m, name)}\\b.*(lsattr -d|not permitted)`));
          expect(state(m)).toBe(before);
        }
        expect(readdirSync(m, { recursive: true }).join()).not.toContain('.poolparty');
      } finally {
        execFileSync('chattr', [`-${mark.slice(1)}`, join(m, name)]);
      }
    },
  );

  test.runIf(isRoot && knowsMarks()).for(['m', 'x'])(
    'into a folder that nothing ever leaves (chattr +a) leaves nothing there: %s',
    async (name) => {
      fill(source, 'new');
      execFileSync('chattr', ['+a', place]);
      try {
        const path = name === 'm' ? 'm' : 'm/a';
        const words = ['instance', 'scp', 'i=0', `${way}=${source}/${path}`, `dest=${place}/${name}`];
        oneLine(await speak(words, outside), way, /lsattr -d|not permitted/);
        expect(readdirSync(place)).toEqual([]);
      } finally {
        execFileSync('chattr', ['-a', place]);
      }
    },
  );

  test.runIf(isRoot && canMount())('a disk below it that is full changes nothing on either', async () => {
    const m = fillBoth();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', join(m, 't')]);
    try {
      writeFileSync(join(m, 't', 'g'), 'old');
      writeFileSync(join(m, 't', 'rest'), Buffer.alloc(40_000));
      writeFileSync(join(source, 'm', 't', 'zz'), Buffer.alloc(40_000));
      utimesSync(join(m, 't'), 1_000_000, 1_000_000);
      const before = asItIs(m);
      oneLine(await scp(way), way, /disk is full|No space left/);
      expect(asItIs(m)).toBe(before);
    } finally {
      execFileSync('umount', [join(m, 't')]);
    }
  });

  test.runIf(isRoot && canMount())('another disk below it is written to as well', async () => {
    const m = fillBoth();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', join(m, 't')]);
    try {
      writeFileSync(join(m, 't', 'g'), 'old');
      expect(await scp(way)).toMatchObject({ code: 0, stderr: '' });
      for (const one of ['t/g', 't/aa', 's/f']) expect(readFileSync(join(m, one), 'utf8')).toBe('new');
      expect(readdirSync(m, { recursive: true }).join()).not.toContain('.poolparty');
      // And what stands in the way on the first disk puts the second one back, too.
      writeFileSync(join(m, 't', 'g'), 'old');
      writeFileSync(join(folder, 'other'), 'other');
      execFileSync('mount', ['--bind', join(folder, 'other'), join(m, 'e')]);
      const before = readdirSync(m, { recursive: true }).sort();
      oneLine(await scp(way), way, /mount point/);
      expect(readFileSync(join(m, 't', 'g'), 'utf8')).toBe('old');
      expect(readdirSync(m, { recursive: true }).sort()).toEqual(before);
    } finally {
      for (const one of ['e', 't'])
        execFileSync('sh', ['-c', `umount '${join(m, one)}' || :`], { stdio: 'ignore' });
    }
  });
});

describe.runIf(isRoot)('from= for somebody who is not root here', () => {
  test("into a sticky folder of others changes nothing where a file is not one's own", async () => {
    chmodSync(folder, 0o755);
    const m = fillBoth();
    chmodSync(m, 0o1777);
    for (const one of ['a', 'b', 's', 't', 's/f', 't/g']) chownSync(join(m, one), NOBODY, NOBODY);
    chownSync(place, NOBODY, NOBODY);
    // Times of a folder are its owner's to set.
    const known = () => state(m).replace(/^\. .*$/m, '');
    const before = known();
    process.seteuid?.(NOBODY);
    try {
      oneLine(await scp('from'), 'from', new RegExp(`cannot write ${m}/\\S+ here: not permitted`));
    } finally {
      process.seteuid?.(0);
    }
    expect(known()).toBe(before);
  });
});

describe.for(WAYS)('%s= over what has an ACL keeps that', (way) => {
  /** These and no others have one, and it is what it was. */
  const onlyTheseHave = (m: string, acls: Readonly<Record<string, string>>) => {
    for (const [name, acl] of Object.entries(acls)) expect([name, aclOf(join(m, name))]).toEqual([name, acl]);
    for (const name of ['c', 'aa', 't/g']) expect([name, aclOf(join(m, name))]).toEqual([name, '']);
  };

  test('in folders and of folders', async () => {
    const m = fillBoth();
    const names = ['a', 's/f', "odd 'name'\n\t-é", 's', 'kept'];
    for (const name of names) giveAcl(join(m, name));
    const acls = Object.fromEntries(names.map((name) => [name, aclOf(join(m, name))]));
    expect(acls['a']).not.toBe('');
    expect(await scp(way)).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(m, 's/f'), 'utf8')).toBe('new');
    onlyTheseHave(m, acls);
  });

  test('and gives none to a file that had none, whatever the default of its folder', async () => {
    const m = fillBoth();
    for (const name of ['.', 's', 't']) giveAcl(join(m, name), 'default');
    chmodSync(join(m, 'c'), 0o664);
    expect(await scp(way)).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['a', 'c', 's/f', 't/g']) {
      expect([name, aclOf(join(m, name))]).toEqual([name, '']);
      expect(readFileSync(join(m, name), 'utf8')).toBe('new');
    }
  });

  test('as a single file, which no default of its folder changes', async () => {
    fillBoth();
    for (const name of ['one', 'two']) {
      writeFileSync(join(source, name), 'new');
      writeFileSync(join(place, name), 'old', { mode: 0o640 });
    }
    utimesSync(join(source, 'one'), 1_000_000, 1_000_000);
    giveAcl(join(place, 'one'));
    giveAcl(place, 'default');
    const before = aclOf(join(place, 'one'));
    for (const name of ['one', 'two'])
      expect(
        await speak(['instance', 'scp', 'i=0', `${way}=${source}/${name}`, `dest=${place}`], outside),
      ).toMatchObject({ code: 0, stderr: '' });
    expect([aclOf(join(place, 'one')), aclOf(join(place, 'two'))]).toEqual([before, '']);
    expect(readFileSync(join(place, 'one'), 'utf8')).toBe('new');
    expect(statSync(join(place, 'one')).mtimeMs).toBe(1_000_000_000);
  });
});

test.runIf(isRoot && canMount())('from= over a file with an ACL on another disk keeps that', async () => {
  const m = fillBoth();
  execFileSync('mount', ['-t', 'tmpfs', 'none', join(m, 's')]);
  try {
    writeFileSync(join(m, 's/f'), 'old');
    giveAcl(join(m, 's/f'));
    const before = aclOf(join(m, 's/f'));
    expect(await scp('from')).toMatchObject({ code: 0, stderr: '' });
    expect([readFileSync(join(m, 's/f'), 'utf8'), aclOf(join(m, 's/f'))]).toEqual(['new', before]);
  } finally {
    execFileSync('umount', [join(m, 's')]);
  }
});

describe('src= where the node fails in the middle', () => {
  /** A node whose program does this instead, the nth time it is called. */
  function nodeWith(program: string, nth: number, script: string): void {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'count'), '');
    const real = `${execFileSync('sh', ['-c', `command -v ${program}`])}`.trim();
    writeFileSync(
      join(bin, program),
      `#!/bin/sh\necho >>'${bin}/count'\nif [ "$(wc -l <'${bin}/count')" = ${nth} ]; then ${script}\nfi\nexec ${real} "$@"\n`,
      { mode: 0o755 },
    );
    const run: LocalShell['run'] = (node, asked, options) =>
      new LocalShell().run(node, `PATH='${bin}':$PATH\n${asked}`, options);
    outside.remote = async () => Object.assign(new LocalShell(), { run });
  }

  test.for([
    ['a program fails when all has moved', 'echo "cp: cannot remove it" >&2; exit 1'],
    ['whoever asked has left', 'kill -PIPE $PPID'],
    ['the command is ended there', 'kill -TERM $PPID; kill -INT $PPID; kill -HUP $PPID'],
  ])('%s: all is put back', async ([, script = '']) => {
    const m = fillBoth();
    const before = state(m);
    // The fourth cp is the one that moves: two put aside what was there, and one gives its owners.
    nodeWith('cp', 4, `/bin/cp "$@"; ${script}`);
    expect(await scp('src')).toMatchObject({ code: 1 });
    expect(state(m)).toBe(before);
  });

  /** As on a FAT disk, or on one that is a bucket. */
  const WITHOUT_LINKS = `case " $* " in *" -l "*) echo "cp: cannot create hard link 'x' to 'y': Operation not permitted" >&2; exit 1 ;; esac`;
  const nodeWithoutLinks = (): void => {
    nodeWith('cp', 0, ':');
    const bin = join(folder, 'bin');
    writeFileSync(join(bin, 'cp'), `#!/bin/sh\n${WITHOUT_LINKS}\nPATH=/usr/bin:/bin exec cp "$@"\n`);
    writeFileSync(join(bin, 'ln'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  };

  test('a disk that knows no links gets copies', async () => {
    const m = fillBoth();
    nodeWithoutLinks();
    expect(await scp('src')).toMatchObject({ code: 0, stderr: '' });
    for (const one of ['a', 's/f', 'n/deep/x']) expect(readFileSync(join(m, one), 'utf8')).toBe('new');
    expect(readdirSync(m, { recursive: true }).join()).not.toContain('.poolparty');
  });

  test.runIf(isRoot && canMount())('and is put back from copies', async () => {
    const m = fillBoth();
    nodeWithoutLinks();
    writeFileSync(join(folder, 'other'), 'other');
    execFileSync('mount', ['--bind', join(folder, 'other'), join(m, 'c')]);
    try {
      const before = asItIs(m);
      oneLine(await scp('src'), 'src', /mount point/);
      expect(asItIs(m)).toBe(before);
    } finally {
      execFileSync('umount', [join(m, 'c')]);
    }
  });

  test('what cannot be put back is kept, and the line says where', async () => {
    const m = fillBoth();
    nodeWith('cp', 4, `/bin/cp "$@"; touch '${m}/n/foreign'; echo "cp: failed" >&2; exit 1`);
    const said = await scp('src');
    expect(said.stderr).toMatch(
      /^instance: node0 .*cp: failed.*what was there is in \S+\.poolparty\S+;.*\n$/,
    );
    expect(readFileSync(join(m, 'n', 'foreign'), 'utf8')).toBe('');
  });
});

test('src= a link that is switched while it is read is all of the one that it meant at the beginning', async () => {
  for (const one of ['v1', 'v2']) {
    mkdirSync(join(source, one));
    for (let at = 0; at < 300; at += 1) writeFileSync(join(source, one, `${at}`), one);
  }
  symlinkSync('v1', join(source, 'm'));
  const node = new LocalShell();
  const run: LocalShell['run'] = (at, script, options = {}) => {
    async function* switched() {
      for await (const piece of options.input ?? []) {
        yield piece;
        symlinkSync('v2', join(source, 'next'));
        renameSync(join(source, 'next'), join(source, 'm'));
      }
    }
    return node.run(at, script, { ...options, input: switched() });
  };
  outside.remote = async () => Object.assign(new LocalShell(), { run });
  expect(await scp('src')).toMatchObject({ code: 0 });
  const texts = readdirSync(join(place, 'm')).map((one) => readFileSync(join(place, 'm', one), 'utf8'));
  expect([texts.length, new Set(texts)]).toEqual([300, new Set(['v1'])]);
});
