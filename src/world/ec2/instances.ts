// Instances as EC2 describes them, page by page.
import { type Instance as Ec2Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { Ec2 } from './client.ts';

/** A page as big as EC2 makes them: each one is a call, and EC2 counts our calls. */
const PAGE = 1_000;

/** All but the terminated, of which EC2 goes on telling for an hour. */
const THERE = {
  Name: 'instance-state-name',
  Values: ['pending', 'running', 'stopping', 'stopped', 'shutting-down'],
};

/** Those that there are and that have this value (DescribeInstances' filters); without a filter, all of the region. */
export async function instancesWith(
  ec2: Ec2,
  filter?: { readonly Name: string; readonly Values: string[] },
): Promise<readonly Ec2Instance[]> {
  const input = { Filters: filter ? [filter, THERE] : [THERE] };
  return await ec2.call('DescribeInstances', async () => {
    const found: Ec2Instance[] = [];
    for await (const page of paginateDescribeInstances({ client: ec2.client, pageSize: PAGE }, input))
      found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
    return found;
  });
}
