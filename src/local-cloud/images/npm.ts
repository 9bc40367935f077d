// The host's npm in the image whose machines have the host's Node.
import { findNpm } from '../../process/npm.ts';

/** Where the host's folder of npm is while the image is made. */
const FROM = '/run/host-npm';
const FOLDER = '/usr/local/lib/node_modules/npm';

/** Shell lines that put npm and npx into the image. Whatever the host's umask was, every user may read them. */
const lines: readonly string[] = [
  `mkdir -p ${FOLDER}`,
  `cp -r ${FROM}/. ${FOLDER}`,
  `rm -rf ${FOLDER}/docs ${FOLDER}/man`,
  `printf '%s\\n' prefix=/usr/local update-notifier=false logs-max=0 >${FOLDER}/npmrc`,
  `chmod -R u=rwX,go=rX ${FOLDER}`,
  ...['npm', 'npx'].map((word) => `ln -s ${FOLDER}/bin/${word}-cli.js /usr/local/bin/${word}`),
];

/** What the host's npm adds to the image: flags of the container that makes it, and shell lines that run in it. */
export interface NpmPart {
  /** Of npm; empty where the host has none that works elsewhere. */
  readonly version: string;
  readonly flags: readonly string[];
  readonly lines: readonly string[];
}

const NONE: NpmPart = { version: '', flags: [], lines: [] };

/** Only npm beside the host's Node: the image has one name for every process, whatever its search path. */
const npm = findNpm(process.execPath, '');

/** Of the npm that was there when this program began: one that changes under a running cloud renames no image. */
export const npmPart: NpmPart = npm
  ? { version: npm.version, flags: ['--volume', `${npm.folder}:${FROM}:ro`], lines }
  : NONE;
