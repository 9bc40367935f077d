// A load on a pool through its address, by wrk, and how many of its requests failed: one that is only late has not.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const path = '/sleep?ms=50';

/** Failed requests in what wrk printed: wrong answers, and each kind of socket error. */
function failures(said) {
  const wrong = Number(/Non-2xx or 3xx responses: (\d+)/.exec(said)?.[1] ?? 0);
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(said) ?? [];
  return errors.slice(1).reduce((sum, one) => sum + Number(one), wrong);
}

/** The failed requests among those of 32 connections, from 2 s before `act` until 5 s after it. */
export async function failedDuring(address, act) {
  const words = ['-t', '1', '-c', '32', '-d', '600s', '--timeout', '60s', `http://${address}${path}`];
  const wrk = spawn('wrk', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = text(wrk.stdout);
  try {
    await sleep(2_000);
    await act();
    await sleep(5_000);
  } finally {
    wrk.kill('SIGINT');
  }
  const said = await printed;
  const requests = Number(/(\d+) requests in/.exec(said)?.[1]);
  const longest = /Latency +\S+ +\S+ +(\S+)/.exec(said)?.[1];
  if (!(requests > 0)) throw new Error(`wrk got no answer from http://${address}${path}`);
  console.error(`   ${requests} requests, the latest answer after ${longest}`);
  return failures(said);
}
