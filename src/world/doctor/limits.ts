// How many elastic addresses the account may have, and has.
import { DescribeAccountAttributesCommand, DescribeAddressesCommand } from '@aws-sdk/client-ec2';
import type { Ec2 } from '../ec2/client.ts';

const NAMES = ['vpc-max-elastic-ips', 'max-elastic-ips'];

/** Only a number that EC2 says; the attribute for VPCs first, since no other addresses are made today. */
export async function addressLimit(ec2: Ec2): Promise<number | undefined> {
  const { AccountAttributes = [] } = await ec2.call('DescribeAccountAttributes', () =>
    ec2.client.send(new DescribeAccountAttributesCommand({})),
  );
  const values = NAMES.map(
    (name) =>
      AccountAttributes.find((one) => one.AttributeName === name)?.AttributeValues?.[0]?.AttributeValue,
  );
  const value = values.find((one) => one !== undefined && /^\d+$/.test(one));
  return value === undefined ? undefined : Number(value);
}

export async function addressesUsed(ec2: Ec2): Promise<number> {
  const { Addresses = [] } = await ec2.call('DescribeAddresses', () =>
    ec2.client.send(new DescribeAddressesCommand({})),
  );
  return Addresses.length;
}
