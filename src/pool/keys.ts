// The keys of the nodes themselves: public halves stand in instance tags, and every node lets all of them in.
import { type NodeFile, nodeFile } from './files.ts';
import { type Instance, isAlive } from './instance.ts';
import type { Settings } from './settings.ts';

/** The public half of the key that the node made for itself. */
export const SSH_KEY_TAG = 'poolparty:ssh-key';
/** The ed25519 key by which the node's sshd identifies itself. */
export const HOST_KEY_TAG = 'poolparty:host-key';

/**
 * 51 bytes on the wire: two lengths, the type's name and the 32 bytes of the key (RFC 8709, section 4), so the
 * first 25 characters are always the same. Nothing that fits can end a line, an option or a shell's word.
 */
const KEY = /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-P][A-Za-z0-9+/]{42}$/;

/** Is it `ssh-ed25519 AAAA…` and nothing beside: no option, no comment, no second line? */
export const isPublicKey = (text: string): boolean => KEY.test(text);

const keyIn = (instance: Instance, tag: string): string | undefined => {
  const text = instance.tags[tag];
  return text !== undefined && isPublicKey(text) ? text : undefined;
};

/** The host key that the node's tag shows; undefined where there is none, or one of another form. */
export const hostKeyOf = (instance: Instance): string | undefined => keyIn(instance, HOST_KEY_TAG);

/** Public keys of all living nodes, in the order given, each once; a tag of another form is passed over. */
export const trustedKeys = (nodes: readonly Instance[]): readonly string[] => [
  ...new Set(nodes.filter(isAlive).flatMap((node) => keyIn(node, SSH_KEY_TAG) ?? [])),
];

/** One line of an authorized_keys file: commands and a terminal, but no forwarding and no file of the user's run. */
export const authorizedLine = (key: string): string => `restrict,pty ${key} PoolParty`;

/** Read by Debian's sshd beside authorized_keys, which stays the user's and EC2's. */
export const authorizedKeysPath = (username: string): string =>
  `${username === 'root' ? '/root' : `/home/${username}`}/.ssh/authorized_keys2`;

/** Who may log in to a node beside the operator: every node of its pool. */
export const authorizedKeysFile = ({ username }: Settings, nodes: readonly Instance[]): NodeFile =>
  nodeFile(
    authorizedKeysPath(username),
    [
      '# The nodes of the pool; PoolParty writes this file.',
      ...trustedKeys(nodes).map(authorizedLine),
      '',
    ].join('\n'),
    { mode: 0o600, owner: username },
  );

/** What a node says of its keys when it has been configured; empty where it has none. */
export interface OwnKeys {
  readonly sshKey: string;
  readonly hostKey: string;
}

/** The tags that must be written so that the instance shows these keys; empty when it does already. */
export function keyTags({ tags }: Instance, own: OwnKeys): Readonly<Record<string, string>> {
  const wanted = [
    [SSH_KEY_TAG, own.sshKey],
    [HOST_KEY_TAG, own.hostKey],
  ] as const;
  return Object.fromEntries(wanted.filter(([tag, key]) => isPublicKey(key) && tags[tag] !== key));
}
