// Rules of security groups: from what a request says to single permissions, and back to what EC2 shows.
import { isIPv4 } from 'node:net';
import type { IpPermission } from '@aws-sdk/client-ec2';
import { ApiError, missingParameter } from '../api/errors.ts';
import { checkLength } from '../api/text.ts';
import { own } from '../own.ts';
import { findGroup, findGroupByName } from './find.ts';
import { newId } from './ids.ts';
import type { Rule, State } from './state.ts';

const NUMBERS: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp', all: '-1' };

type Ports = Pick<Rule, 'protocol' | 'fromPort' | 'toPort'>;

/** The short form of a request, which names one range or group beside the list form. */
export interface FlatPermission {
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
  readonly SourceSecurityGroupName?: string | undefined;
  readonly IpPermissions?: IpPermission[] | undefined;
}

function checkCidr(cidr: string): string {
  const [address = '', size = '', ...more] = cidr.split('/');
  const isGood = isIPv4(address) && /^(\d|[12]\d|3[0-2])$/.test(size) && more.length === 0;
  if (!isGood) throw new ApiError('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  return cidr;
}

function portsOf({ IpProtocol, FromPort, ToPort }: IpPermission): Ports {
  if (IpProtocol === undefined) throw missingParameter('ipProtocol');
  const protocol = own(NUMBERS, IpProtocol) ?? IpProtocol;
  if (protocol === '-1') return { protocol };
  if (!['tcp', 'udp', 'icmp'].includes(protocol))
    throw new ApiError('InvalidPermission.Malformed', `Unsupported IP protocol "${IpProtocol}"`);
  if (FromPort === undefined || ToPort === undefined)
    throw new ApiError(
      'InvalidParameterValue',
      `Invalid value 'Must specify both from and to ports with TCP/UDP/ICMP.' for portRange.`,
    );
  const isRange = protocol === 'icmp' || (FromPort >= 0 && FromPort <= ToPort && ToPort <= 65_535);
  if (!isRange)
    throw new ApiError('InvalidParameterValue', `Invalid TCP/UDP port range (${FromPort}:${ToPort})`);
  return { protocol, fromPort: FromPort, toPort: ToPort };
}

const described = (text: string | undefined): Pick<Rule, 'description'> =>
  text === undefined ? {} : { description: checkLength(text, 255, 'Description') };

function rulesOf(permission: IpPermission, egress: boolean, state: State): Rule[] {
  const ports = portsOf(permission);
  const base = (): Pick<Rule, 'id' | 'egress'> & Ports => ({ id: newId('sgr'), egress, ...ports });
  const ranges = (permission.IpRanges ?? []).map((range) => ({
    ...base(),
    cidr: checkCidr(range.CidrIp ?? ''),
    ...described(range.Description),
  }));
  const groups = (permission.UserIdGroupPairs ?? []).map((pair) => ({
    ...base(),
    group:
      pair.GroupId === undefined
        ? findGroupByName(state, pair.GroupName ?? '').id
        : findGroup(state, pair.GroupId).id,
    ...described(pair.Description),
  }));
  return [...ranges, ...groups];
}

function flat(input: FlatPermission): IpPermission[] {
  const { IpProtocol, FromPort, ToPort, CidrIp, SourceSecurityGroupName } = input;
  if (IpProtocol === undefined && SourceSecurityGroupName === undefined) return [];
  return [
    {
      IpProtocol: IpProtocol ?? '-1',
      FromPort,
      ToPort,
      IpRanges: CidrIp === undefined ? [] : [{ CidrIp }],
      UserIdGroupPairs: SourceSecurityGroupName === undefined ? [] : [{ GroupName: SourceSecurityGroupName }],
    },
  ];
}

/** The single permissions that a request names. Throws AWS's own errors for what cannot be. */
export function requestedRules(input: FlatPermission, egress: boolean, state: State): Rule[] {
  const rules = [...flat(input), ...(input.IpPermissions ?? [])].flatMap((one) =>
    rulesOf(one, egress, state),
  );
  if (rules.length === 0) throw missingParameter('ipPermissions');
  return rules;
}

/** Whether two rules permit the same. */
export const sameRule = (a: Rule, b: Rule): boolean => textOf(a) === textOf(b);

const textOf = (rule: Rule): string =>
  JSON.stringify([rule.egress, rule.protocol, rule.fromPort, rule.toPort, rule.cidr, rule.group]);

/** A rule in the words of EC2's messages. */
export const ruleText = (rule: Rule): string =>
  `peer: ${rule.cidr ?? rule.group}, ${rule.protocol === '-1' ? 'ALL' : rule.protocol.toUpperCase()}, from port: ${rule.fromPort ?? '-1'}, to port: ${rule.toPort ?? '-1'}, ALLOW`;
