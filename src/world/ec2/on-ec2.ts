// Does this machine run on EC2? Only there anybody asks the metadata service for credentials.
import { readFileSync } from 'node:fs';

/** Nitro says it in its DMI table, Xen in its hypervisor's uuid (AWS: "Identify EC2 instances"). */
const SIGNS = [
  ['/sys/devices/virtual/dmi/id/sys_vendor', /^Amazon EC2/],
  ['/sys/hypervisor/uuid', /^ec2/i],
] as const;

/** `root` is another only in tests. */
export const isOnEc2 = (root = ''): boolean =>
  SIGNS.some(([path, sign]) => {
    try {
      return sign.test(readFileSync(root + path, 'utf8'));
    } catch {
      return false;
    }
  });
