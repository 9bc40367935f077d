// Host names in EC2's form. Only the machines' own private names resolve, and only inside them.
const dashed = (ip: string): string => ip.replaceAll('.', '-');

/** The public name of an address; empty where there is no address, as EC2 has it. */
export function publicName(ip: string | undefined, region: string): string {
  if (ip === undefined) return '';
  const zone = region === 'us-east-1' ? 'compute-1' : `${region}.compute`;
  return `ec2-${dashed(ip)}.${zone}.amazonaws.com`;
}

/** The private name of an address. */
export const privateName = (ip: string, region: string): string =>
  `ip-${dashed(ip)}.${region === 'us-east-1' ? 'ec2' : `${region}.compute`}.internal`;
