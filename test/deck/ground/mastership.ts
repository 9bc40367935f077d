// Who has a pool's address, who maintains it, and what the nodes' own journals say of that.
import { DescribeAddressesCommand, DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { onTestFinished } from 'vitest';
import { inside } from './faults.ts';
import { type Pool, whoMaintains } from './healing.ts';

const ofPool = ({ name }: Pool) => ({ Filters: [{ Name: 'tag:poolparty:pool', Values: [name] }] });

/** The instance that EC2 says has the pool's address. */
export async function holderOf(ec2: EC2Client, pool: Pool): Promise<string> {
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand(ofPool(pool)));
  return Addresses[0]?.InstanceId || 'nobody';
}

/** Every instance that the pool ever had, the ended ones too, as long as EC2 tells of them. */
export async function everLaunched(ec2: EC2Client, pool: Pool): Promise<readonly string[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand(ofPool(pool)));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId));
}

/** Who had the address and who maintained, again and again until the end: each change once, in the order seen. */
export function sampled(ec2: EC2Client, pool: Pool, ids: readonly string[]) {
  const seen: { holder: string; maintaining: string }[] = [];
  const over = new AbortController();
  const sampling = (async () => {
    while (!over.signal.aborted) {
      const [holder, who] = await Promise.all([holderOf(ec2, pool), whoMaintains(ids)]);
      const [last, maintaining] = [seen.at(-1), who.join(' ')];
      if (last?.holder !== holder || last.maintaining !== maintaining) seen.push({ holder, maintaining });
    }
  })().catch((error: unknown) => seen.push({ holder: String(error), maintaining: '' }));
  onTestFinished(() => over.abort());
  return {
    seen,
    async end(): Promise<void> {
      over.abort();
      await sampling;
    },
  };
}

export interface JournalLine {
  /** Seconds since 1970; all machines here have one clock. */
  readonly at: number;
  readonly text: string;
}

/** What a unit said on a node since then. */
export async function journal(id: string, unit: string, since = 0): Promise<readonly JournalLine[]> {
  const said = await inside(id, `journalctl -q -o short-unix -u ${unit}`);
  return said
    .split('\n')
    .map((line) => ({ at: Number.parseFloat(line), text: line.replace(/^\S+ \S+ \S+: /, '') }))
    .filter(({ at }) => at >= since);
}

/** The changing steps that a node's maintain service began. */
export async function stepsBegun(id: string, since: number): Promise<readonly JournalLine[]> {
  const said = await journal(id, 'poolparty-maintain', since);
  return said.filter(({ text }) =>
    /^-- (launch|terminate|configure|rotate|tag|give-address) .*: /.test(text),
  );
}
