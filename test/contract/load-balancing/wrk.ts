// A load on a pool by wrk, and what it tells of failures: a request that is only late is none.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

interface Load {
  readonly requests: number;
  /** wrk's own words, one per kind of failure; empty where every request was answered with 2xx or 3xx. */
  readonly failures: readonly string[];
  /** The latest answer, in ms. */
  readonly longest: number;
}

const IN_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 };

/**
 * 32 connections, until the answer is called. A minute without an answer counts as a failure;
 * what is not answered yet at the end is not counted at all.
 */
export function load(url: string): () => Promise<Load> {
  const words = ['-t', '1', '-c', '32', '-d', '600s', '--timeout', '60s', url];
  const wrk = spawn('wrk', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = text(wrk.stdout);
  return async () => {
    wrk.kill('SIGINT');
    const said = await printed;
    const [, longest, unit] = /Latency +\S+ +\S+ +([\d.]+)(us|ms|s|m)/.exec(said) ?? [];
    return {
      requests: Number(/(\d+) requests in/.exec(said)?.[1]),
      failures: said.match(/^ *(Socket errors|Non-2xx).*$/gm) ?? [],
      longest: Number(longest) * (IN_MS[unit ?? ''] ?? Number.NaN),
    };
  };
}
