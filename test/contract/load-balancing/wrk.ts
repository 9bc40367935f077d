// A load on a pool by wrk, and what it tells of failures: a request that is only late is none.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

interface Load {
  readonly requests: number;
  /** wrk's own words, one per kind of failure; empty where every request was answered with 2xx or 3xx. */
  readonly failures: readonly string[];
  /** The latest answer, in ms. */
  readonly longest: number;
}

const IN_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 };

/** 32 connections for so many seconds. A minute without an answer counts as a failure. */
export async function load(url: string, seconds: number): Promise<Load> {
  const words = ['-t', '1', '-c', '32', '-d', `${seconds}s`, '--timeout', '60s', url];
  const { stdout } = await exec('wrk', words);
  const [, longest, unit] = /Latency +\S+ +\S+ +([\d.]+)(us|ms|s|m)/.exec(stdout) ?? [];
  return {
    requests: Number(/(\d+) requests in/.exec(stdout)?.[1]),
    failures: stdout.match(/^ *(Socket errors|Non-2xx).*$/gm) ?? [],
    longest: Number(longest) * (IN_MS[unit ?? ''] ?? Number.NaN),
  };
}
