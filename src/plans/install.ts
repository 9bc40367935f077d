// The software of a node: what it lacks, and the script that installs that.
import { hashOf } from '../pool/files.ts';
import type { App } from '../pool/settings.ts';
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

/**
 * Apps may want npm, PoolParty does not: a node without it lacks it where this machine has one to send, and where the
 * app's own lines say it, so that the person can be told.
 */
export type NpmAsked = 'here' | 'said' | 'no';

/** npm or npx as a word of a shell's line. */
const NPM = /(?<![\w./-])np[mx](?![\w.-])/;

/** Do the lines that the app brings say npm or npx? */
export const saysNpm = (app: Pick<App, 'command' | 'install'> | undefined): boolean =>
  app !== undefined && [app.command, ...app.install].some((line) => NPM.test(line));

/** What `lacking` of templates/install-check.sh takes; its first word changes with what a node needs. */
const needs = (npm: NpmAsked): readonly string[] => [
  hashOf(JSON.stringify([PROGRAMS, NODE, npm])),
  npm,
  ...NODE,
  ...PROGRAMS,
];

/** What is missing on a node, and what kind of programs run there. */
export interface Lacking {
  /** Names of Debian packages, and `node` and `npm`. */
  readonly names: readonly string[];
  /** As uname and getconf say it: `Linux x86_64 glibc 2.36`. */
  readonly system: string;
}

/** A script that changes nothing. */
export const checkScript = (templates: Templates, npm: NpmAsked): string =>
  [templates['install-check.sh'], command('report_lacking', ...needs(npm))].join('\n');

/** The exit code of a script that began with `gateScript` on a node that lacks something. */
export const LACKING_CODE = 86;

/** To stand before a script that needs the software: it ends there, having changed nothing, where some is missing. */
export const gateScript = (templates: Templates, npm: NpmAsked): string =>
  [templates['install-check.sh'], command('stop_if_lacking', ...needs(npm))].join('\n');

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

/** Is there no npm, although it was asked for? */
export const lacksNpm = ({ names }: Lacking): boolean => names.includes('npm');

/** What comes on an installation's standard input, one after the other, each where it is lacking. */
export interface Sent {
  /** A gzipped program: the sha256 of the program itself, hex, and the gzipped bytes. */
  readonly node?: { readonly hash: string; readonly bytes: number };
  /** Does npm's folder follow, as a gzipped tar? */
  readonly npm?: boolean;
}

/** For a person: `haproxy, heartbeat and node`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/**
 * Installs what is lacking; idempotent. Lines `note …` on standard output are for the person who waits.
 * Exit code 1 with the reason as stderr's first line, the last lines of the output after it.
 */
export function installScript(
  templates: Templates,
  { names }: Lacking,
  asked: NpmAsked,
  { node, npm }: Sent,
): string {
  const packages = names.filter((name) => !['node', 'npm'].includes(name));
  return [
    templates['node.sh'],
    templates['install-check.sh'],
    templates['install.sh'],
    'begin',
    ...(node === undefined ? [] : [command('receive_node', node.hash, String(node.bytes))]),
    ...(npm ? ['receive_npm'] : []),
    ...(packages.length === 0 ? [] : [command('packages', ...packages)]),
    command('finish', ...needs(asked)),
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

/** Is this the script's note that npm could not be installed? */
export const saysNoNpm = (note: string): boolean => note.startsWith('npm cannot be installed: ');

/** A line of the script for the person who waits, if it is one. */
export const noteIn = (line: string): string | undefined => /^note (.+)$/.exec(line)?.[1];
