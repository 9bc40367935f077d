// The machine images on offer: what EC2 says of them, and which of the engine's images each boots.
import { ACCOUNT, idOf } from './ids.ts';

export interface MachineImage {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly created: string;
  /** The engine's name for it. */
  readonly boots: string;
}

/** The account under which Debian publishes its images on EC2. */
const DEBIAN = '136693071363';

const image = (
  name: string,
  boots: string,
  owner: string,
  description: string,
  created = '2026-01-01T00:00:00.000Z',
): MachineImage => ({
  id: idOf('ami', name),
  name,
  description,
  owner,
  created,
  boots,
});

export const IMAGES: readonly MachineImage[] = [
  image('debian-12-amd64-20260101-1', 'debian-12', DEBIAN, 'Debian 12: systemd, sshd, sudo'),
  // Debian's older images stay available: whoever wants the newest has to look for it.
  image(
    'debian-12-amd64-20251101-1',
    'debian-12',
    DEBIAN,
    'Debian 12: systemd, sshd, sudo',
    '2025-11-01T00:00:00.000Z',
  ),
  image('poolparty', 'poolparty', ACCOUNT, 'Debian 12 with HAProxy, Heartbeat, s3fs and Node'),
];

export const imageById = (id: string): MachineImage | undefined => IMAGES.find((image) => image.id === id);
