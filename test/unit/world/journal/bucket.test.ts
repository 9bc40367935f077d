// The journal in the shared bucket: an object a quarter of an hour, written at most every 10 s, and read back.
import { expect, test } from 'vitest';
import { BucketJournal, tellBucket } from '../../../../src/world/journal/bucket.ts';
import { FakeOutside } from '../../fake-world.ts';

const MINUTE = 60_000;
const settled = () => new Promise(setImmediate);

async function ground() {
  const { ec2, clock, screen } = new FakeOutside();
  await ec2.makeBucket('shared');
  const puts: string[] = [];
  const { putObject } = ec2;
  ec2.putObject = async (bucket, key, text) => {
    puts.push(key);
    await putObject.call(ec2, bucket, key, text);
  };
  const journal = new BucketJournal(
    { cloud: ec2, clock, terminal: screen },
    'shared',
    'party',
    'terminal on vm',
  );
  const note = async (...lines: string[]) => {
    journal.note(lines);
    await settled();
  };
  const tell = (since = 0) => tellBucket(ec2, 'shared', 'party', since);
  return { ec2, clock, screen, puts, journal, note, tell };
}

test('the first record is written at once, later ones every 10 s, all to one object', async () => {
  const { clock, puts, note, tell } = await ground();
  await note('one');
  for (const line of ['two', 'three', 'four']) {
    clock.ms += 3_000;
    await note(line);
  }
  expect([puts.length, await tell()]).toEqual([1, 'one\n']);
  clock.ms += 1_000;
  await note();
  expect([puts.length, new Set(puts).size, await tell()]).toEqual([2, 1, 'one\ntwo\nthree\nfour\n']);
  clock.ms += MINUTE;
  await note();
  expect(puts.length).toBe(2);
  expect(puts[0]).toMatch(
    /^\.poolparty\/journal\/party\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-terminal-on-vm\.jsonl$/,
  );
});

test('after a quarter of an hour another object begins, and names sort by time', async () => {
  const { clock, puts, note, journal, tell } = await ground();
  for (let minute = 0; minute < 40; minute += 1) {
    await note(`line ${minute}`);
    clock.ms += MINUTE;
  }
  await journal.end();
  const keys = [...new Set(puts)];
  expect([keys.length, keys]).toEqual([3, [...keys].sort()]);
  const lines = Array.from({ length: 40 }, (_, minute) => `line ${minute}\n`);
  expect(await tell()).toBe(lines.join(''));
  expect(await tell(clock.ms - 5 * MINUTE)).toBe(lines.slice(30).join(''));
});

test('the end writes what waits', async () => {
  const { note, journal, tell } = await ground();
  await note('one');
  await note('two');
  await journal.end();
  expect(await tell()).toBe('one\ntwo\n');
});

test('a bucket that does not answer is told of once; what waited goes there later', async () => {
  const { ec2, clock, note, screen, tell } = await ground();
  const { putObject } = ec2;
  ec2.putObject = () => Promise.reject(new Error('S3 does not answer'));
  for (const line of ['one', 'two', 'three']) {
    await note(line);
    clock.ms += MINUTE;
  }
  expect(screen.stderr).toBe('journal in the bucket shared: S3 does not answer\n');
  ec2.putObject = putObject;
  await note('four');
  expect(await tell()).toBe('one\ntwo\nthree\nfour\n');
  expect(screen.stderr).toContain('works again after 3 failures');
});

test('of a bucket that is not ours, or holds no journal, nothing is told', async () => {
  const { ec2, tell } = await ground();
  expect(await tell()).toBeUndefined();
  expect(await tellBucket(ec2, 'nobodys', 'party', 0)).toBeUndefined();
});

test('the newest thousand objects stay, whoever wrote them; other pools and the app keep theirs', async () => {
  const { ec2, note, journal } = await ground();
  const old = (at: number) => `.poolparty/journal/party/2001-01-01T00-00-00-${at}Z-i-1.jsonl`;
  for (let at = 1_000; at < 2_005; at += 1) await ec2.putObject('shared', old(at), 'old\n');
  const others = ['.poolparty/journal/other/2001-01-01T00-00-00-000Z-i-1.jsonl', 'photos/1.png'];
  for (const key of others) await ec2.putObject('shared', key, 'theirs');
  await note('one');
  await journal.end();
  const left = await ec2.objects('shared', '.poolparty/journal/party/', '');
  expect([left.length, left[0], left.includes(old(2_004))]).toEqual([1_000, old(1_006), true]);
  for (const key of others) expect(await ec2.object('shared', key)).toBe('theirs');
});

test('a bucket that lets nobody remove anything is no trouble', async () => {
  const { ec2, note, journal, screen, tell } = await ground();
  ec2.objects = () => Promise.reject(new Error('AccessDenied'));
  await note('one');
  await journal.end();
  expect(screen.stderr).toBe('');
  Reflect.deleteProperty(ec2, 'objects');
  expect(await tell()).toBe('one\n');
});
