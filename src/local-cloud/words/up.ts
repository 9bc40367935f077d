// `up`: makes what is missing, images included, and starts the daemon; a cloud that is up is left alone.
import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from '../home.ts';
import { buildImages } from '../images/build.ts';
import { withHostLock } from '../machines/host-lock.ts';
import { missing } from '../machines/prerequisites.ts';
import { cloudIdOf } from '../network/names.ts';
import { type Status, statusOf } from './status.ts';

const START_MS = 60_000;

/** Something that the user has to mend before anything can be done. */
export class Unready extends Error {}

const say = (line: string): void => console.error(`-- ${line}`);

async function lastWords(home: Home): Promise<string> {
  const text = await readFile(home.log, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-5).join('\n');
}

/** Starts the daemon in a session of its own, so that it outlives us. */
async function startDaemon(home: Home): Promise<() => boolean> {
  const log = await open(home.log, 'a', 0o600);
  const words = [...process.execArgv, process.argv[1] ?? '', 'daemon', '--home', home.folder];
  const child = spawn(process.execPath, words, { detached: true, stdio: ['ignore', log.fd, log.fd] });
  child.unref();
  await log.close();
  return () => child.exitCode === null && child.signalCode === null;
}

async function untilUp(home: Home, isAlive: () => boolean): Promise<Status> {
  const limit = Date.now() + START_MS;
  while (Date.now() < limit && isAlive()) {
    const status = await statusOf(home);
    if (status.up) return status;
    await sleep(50);
  }
  const why = isAlive() ? `did not answer within ${START_MS / 1000} s` : 'ended at once';
  throw new Error(`the local cloud's daemon ${why}; see ${home.log}:\n${await lastWords(home)}`);
}

async function start(home: Home): Promise<Status> {
  const before = await statusOf(home);
  if (before.up) return before;
  await buildImages(say);
  say('Starting the local cloud');
  return untilUp(home, await startDaemon(home));
}

/** Brings the cloud of a home up. Throws Unready when the host lacks something, Error when it does not come up. */
export async function up(home: Home): Promise<Status> {
  const before = await statusOf(home);
  if (before.up) return before;
  const lacks = await missing();
  if (lacks.length > 0) throw new Unready(lacks.join('\n'));
  await mkdir(home.folder, { recursive: true, mode: 0o700 });
  return withHostLock(`cloud-${cloudIdOf(home.folder)}`, () => start(home));
}
