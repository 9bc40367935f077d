// A load on a pool through its address, by wrk, and how many of its requests failed: one that is only late has not.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './cloud.mjs';
import { instance } from './commands.mjs';
import { poolList } from './pools.mjs';

const path = '/sleep?ms=50';

/** Failed requests in what wrk printed: wrong answers, and each kind of socket error. */
function failures(said) {
  const wrong = Number(/Non-2xx or 3xx responses: (\d+)/.exec(said)?.[1] ?? 0);
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(said) ?? [];
  return errors.slice(1).reduce((sum, one) => sum + Number(one), wrong);
}

/** Requests that the master's HAProxy has given to servers that are not up: wrk says nothing of those that hang. */
const hanging = (env) =>
  Number(
    run(
      instance(
        'cmd',
        'i=0',
        '--',
        `echo 'show stat app 4 -1' | socat - /run/haproxy/admin.sock | awk -F, '/^app/ && $18 !~ /^UP/ { n += $5 } END { print n + 0 }'`,
      ),
      env,
    ),
  );

/** The failed requests among those of 32 connections, from 2 s before `act` until 5 s after it. */
export async function failedDuring(env, act) {
  const url = `http://${poolList(env).address}${path}`;
  const words = ['-t', '1', '-c', '32', '-d', '600s', '--timeout', '60s', url];
  const wrk = spawn('wrk', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(wrk, 'exit');
  const printed = text(wrk.stdout);
  let hung = 0;
  try {
    await Promise.race([sleep(2_000), ended]);
    await act();
    await sleep(5_000);
    hung = hanging(env);
  } finally {
    wrk.kill('SIGINT');
  }
  const said = await printed;
  const requests = Number(/(\d+) requests in/.exec(said)?.[1]);
  const longest = /Latency +\S+ +\S+ +(\S+)/.exec(said)?.[1];
  if (!(requests > 0)) throw new Error(`wrk got no answer from ${url}`);
  console.error(`   ${requests} requests, the latest answer after ${longest}`);
  return failures(said) + hung;
}
