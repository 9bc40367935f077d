// Names for images that others publish: whose they are, what they are called, and whom their sshd lets in.

export interface ImageAlias {
  /** The account that publishes them: nobody else's image of that name counts. */
  readonly owner: string;
  /** Name patterns, one for each architecture. */
  readonly names: readonly string[];
  readonly username: string;
}

const ALIASES: Readonly<Record<string, ImageAlias>> = {
  // https://wiki.debian.org/Cloud/AmazonEC2Image/Bookworm
  'debian-12': {
    owner: '136693071363',
    names: ['debian-12-amd64-*', 'debian-12-arm64-*'],
    username: 'admin',
  },
  // https://documentation.ubuntu.com/aws/en/latest/aws-how-to/instances/find-ubuntu-images/
  'ubuntu-24.04': {
    owner: '099720109477',
    names: [
      'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*',
      'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-*',
    ],
    username: 'ubuntu',
  },
};

/** For a person: the aliases that there are. */
export const ALIAS_NAMES = Object.keys(ALIASES).join(' or ');

export const aliasOf = (ami: string): ImageAlias | undefined =>
  Object.hasOwn(ALIASES, ami) ? ALIASES[ami] : undefined;

/** Why no node can be made from such an image, where that is known. */
export const unfit = (ami: string): string | undefined =>
  ami === 'al2023'
    ? `Amazon Linux 2023 has no apt, and its repositories have neither heartbeat nor s3fs; set ami to ${ALIAS_NAMES}`
    : undefined;

/** Whom sshd lets in, where nobody says otherwise. */
export const usernameOf = (ami: string): string => aliasOf(ami)?.username ?? 'admin';
