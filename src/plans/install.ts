// The software of a node: what it lacks, and the script that installs that.
import { hashOf } from '../pool/files.ts';
import { command } from '../pool/shell.ts';
import type { Templates } from '../pool/templates.ts';

/** A program that a node needs, and the Debian packages that bring it. */
const PROGRAMS = [
  'haproxy=haproxy',
  'cl_status=heartbeat',
  // s3fs speaks TLS, and curl only recommends the certificates for it.
  's3fs=s3fs ca-certificates',
  'socat=socat',
  'curl=curl',
  'nft=nftables',
  'tar=tar',
] as const;

/** The oldest Node that PoolParty runs on: major, minor. */
const NODE = ['20', '19'] as const;

/** What `lacking` of templates/install-check.sh takes; its first word changes with what a node needs. */
const needs = [hashOf(JSON.stringify([PROGRAMS, NODE])), ...NODE, ...PROGRAMS];

/** What is missing on a node, and what kind of programs run there. */
export interface Lacking {
  /** Names of Debian packages, and `node`. */
  readonly names: readonly string[];
  /** As uname and getconf say it: `Linux x86_64 glibc 2.36`. */
  readonly system: string;
}

/** A script that changes nothing. */
export const checkScript = (templates: Templates): string =>
  [templates['install-check.sh'], command('report_lacking', ...needs)].join('\n');

/** The exit code of a script that began with `gateScript` on a node that lacks something. */
export const LACKING_CODE = 86;

/** To stand before a script that needs the software: it ends there, having changed nothing, where some is missing. */
export const gateScript = (templates: Templates): string =>
  [templates['install-check.sh'], command('stop_if_lacking', ...needs)].join('\n');

const afterWord = (stdout: string, word: string): string =>
  new RegExp(`^${word} (.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? '';

/** What checkScript or gateScript printed; a node that does not say that it lacks something is not touched. */
export const parseCheck = (stdout: string): Lacking => ({
  names: afterWord(stdout, 'lacks')
    .split(' ')
    .filter((name) => name !== ''),
  system: afterWord(stdout, 'system'),
});

/** Does the installation need a Node of ours? */
export const lacksNode = ({ names }: Lacking): boolean => names.includes('node');

/** For a person: `haproxy, heartbeat and node`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/**
 * Installs what is lacking; idempotent. Lines `note …` on standard output are for the person who waits.
 * `nodeHash`: sha256 of the Node program that follows, gzipped, on standard input, where the node lacks one.
 * Exit code 1 with the reason as stderr's first line, the last lines of the output after it.
 */
export function installScript(
  templates: Templates,
  { names }: Lacking,
  nodeHash: string | undefined,
): string {
  const packages = names.filter((name) => name !== 'node');
  return [
    templates['node.sh'],
    templates['install-check.sh'],
    templates['install.sh'],
    'begin',
    ...(nodeHash === undefined ? [] : [command('receive_node', nodeHash)]),
    ...(packages.length === 0 ? [] : [command('packages', ...packages)]),
    command('finish', ...needs),
  ].join('\n');
}

/** Hands on whole lines out of a text that comes in pieces. */
export function lineReader(onLine: (line: string) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}

/** A line of the script for the person who waits, if it is one. */
export const noteIn = (line: string): string | undefined => /^note (.+)$/.exec(line)?.[1];
