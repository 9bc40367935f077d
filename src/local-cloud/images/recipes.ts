// What each image is made of, and the tag that changes when the recipe does.
import { createHash } from 'node:crypto';
import { imageFiles, settle } from './files.ts';
import { npmPart } from './npm.ts';

export const suite = 'bookworm';

const base = [
  ...['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'sudo', 'curl', 'ca-certificates', 'iproute2'],
  ...['iputils-ping', 'procps', 'nftables', 'netbase', 'less', 'python3-minimal', 'libnss-myhostname'],
];

const pool = ['haproxy', 'heartbeat', 's3fs', 'socat'];

export interface Recipe {
  readonly name: string;
  readonly packages: readonly string[];
  /** The image this one is built upon, if any. */
  readonly from?: string;
  /** Shell lines run in it at the end. */
  readonly finish?: readonly string[];
}

/** As an image baked from a node would be: what each first start would do again costs it a flush to disk. */
const finish = [
  'systemctl enable haproxy',
  'systemctl disable heartbeat',
  'useradd --system --user-group --home-dir /opt/poolparty --shell /usr/sbin/nologin poolparty-app',
  'rm -f /etc/update-motd.d/*',
];

/** The two machine images: Debian's own as on EC2, and one with what a pool's node needs. */
export const recipes: readonly Recipe[] = [
  { name: 'debian-12', packages: base },
  { name: 'poolparty', packages: pool, from: 'debian-12', finish },
];

/** The reference of an image in podman's storage; any change of what goes into it gives another tag. */
export function imageReference(name: string): string {
  const recipe = recipes.find((one) => one.name === name);
  if (!recipe) {
    throw new Error(`there is no image ${name}: choose one of ${recipes.map((one) => one.name).join(', ')}`);
  }
  const below = recipe.from ? imageReference(recipe.from) : '';
  const programs = recipe.from ? [process.version, npmPart.version, npmPart.lines] : '';
  const content = JSON.stringify([recipe, below, imageFiles, settle, programs]);
  return `localhost/poolparty-local/${name}:${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
}
