// Judgements about the machine that the commands run on: its programs and its clock.
import { type Finding, ill, well } from './finding.ts';

export interface Versions {
  readonly pool: string;
  /** As `process.version` says it. */
  readonly node: string;
  /** What `ssh -V` says; undefined where there is none. */
  readonly ssh: string | undefined;
}

/** package.json's engines. */
const LEAST_NODE = [20, 19] as const;

function isOldNode(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
}

export function judgeVersions({ pool, node, ssh }: Versions): Finding {
  const text = `pool ${pool}, Node ${node}, ${ssh ?? 'no ssh'}`;
  if (isOldNode(node)) return ill('versions', text, `install Node ${LEAST_NODE.join('.')} or newer`);
  if (ssh === undefined)
    return ill(
      'versions',
      text,
      'install openssh-client: instance ssh needs it (apt-get install openssh-client)',
    );
  return well('versions', text);
}

/** Off by more than this, ms, a clock is mended; AWS refuses signatures that are 5 minutes off (its General Reference). */
const CLOCK_LIMIT = 60_000;

/** `ours` before `theirs` is a clock that is slow; undefined: they told no time. */
export function judgeClock(ours: Date, theirs: Date | undefined): Finding {
  if (theirs === undefined) return ill('clock', 'EC2 tells no time', 'look at what answers at its endpoint');
  const seconds = Math.round((ours.getTime() - theirs.getTime()) / 1_000);
  const off = `${Math.abs(seconds)} s ${seconds < 0 ? 'slow' : 'fast'}`;
  return Math.abs(seconds) * 1_000 <= CLOCK_LIMIT
    ? well('clock', seconds === 0 ? 'the same as EC2’s' : off)
    : ill('clock', `${off}: EC2 takes signatures for old or forged`, 'set it (timedatectl set-ntp true)');
}
