// The actions that this cloud knows, by service and name.
import type { Service } from '../api/xml.ts';
import { AllocateAddress } from './AllocateAddress.ts';
import { AssociateAddress } from './AssociateAddress.ts';
import { AuthorizeSecurityGroupIngress } from './AuthorizeSecurityGroupIngress.ts';
import type { Action } from './action.ts';
import { CreateKeyPair } from './CreateKeyPair.ts';
import { CreateSecurityGroup } from './CreateSecurityGroup.ts';
import { CreateTags } from './CreateTags.ts';
import { DeleteKeyPair } from './DeleteKeyPair.ts';
import { DeleteSecurityGroup } from './DeleteSecurityGroup.ts';
import { DeleteTags } from './DeleteTags.ts';
import { DeleteVolume } from './DeleteVolume.ts';
import { DescribeAccountAttributes } from './DescribeAccountAttributes.ts';
import { DescribeAddresses } from './DescribeAddresses.ts';
import { DescribeAvailabilityZones } from './DescribeAvailabilityZones.ts';
import { DescribeImages } from './DescribeImages.ts';
import { DescribeInstanceAttribute } from './DescribeInstanceAttribute.ts';
import { DescribeInstanceStatus } from './DescribeInstanceStatus.ts';
import { DescribeInstances } from './DescribeInstances.ts';
import { DescribeInstanceTypeOfferings } from './DescribeInstanceTypeOfferings.ts';
import { DescribeInstanceTypes } from './DescribeInstanceTypes.ts';
import { DescribeKeyPairs } from './DescribeKeyPairs.ts';
import { DescribeRegions } from './DescribeRegions.ts';
import { DescribeSecurityGroupRules } from './DescribeSecurityGroupRules.ts';
import { DescribeSecurityGroups } from './DescribeSecurityGroups.ts';
import { DescribeSubnets } from './DescribeSubnets.ts';
import { DescribeTags } from './DescribeTags.ts';
import { DescribeVolumes } from './DescribeVolumes.ts';
import { DescribeVpcClassicLink } from './DescribeVpcClassicLink.ts';
import { DescribeVpcClassicLinkDnsSupport } from './DescribeVpcClassicLinkDnsSupport.ts';
import { DescribeVpcs } from './DescribeVpcs.ts';
import { DisassociateAddress } from './DisassociateAddress.ts';
import { GetCallerIdentity } from './GetCallerIdentity.ts';
import { GetConsoleOutput } from './GetConsoleOutput.ts';
import { ImportKeyPair } from './ImportKeyPair.ts';
import { ModifyInstanceAttribute } from './ModifyInstanceAttribute.ts';
import { ModifyInstanceMetadataOptions } from './ModifyInstanceMetadataOptions.ts';
import { RebootInstances } from './RebootInstances.ts';
import { ReleaseAddress } from './ReleaseAddress.ts';
import { RevokeSecurityGroupIngress } from './RevokeSecurityGroupIngress.ts';
import { RunInstances } from './RunInstances.ts';
import { StartInstances } from './StartInstances.ts';
import { StopInstances } from './StopInstances.ts';
import { TerminateInstances } from './TerminateInstances.ts';

const byName = (list: readonly Action[]): ReadonlyMap<string, Action> =>
  new Map(list.map((one) => [one.operation[2], one]));

export const ACTIONS: Readonly<Record<Service, ReadonlyMap<string, Action>>> = {
  ec2: byName([
    AllocateAddress,
    AssociateAddress,
    AuthorizeSecurityGroupIngress,
    CreateKeyPair,
    CreateSecurityGroup,
    CreateTags,
    DeleteKeyPair,
    DeleteSecurityGroup,
    DeleteTags,
    DeleteVolume,
    DescribeAccountAttributes,
    DescribeAddresses,
    DescribeAvailabilityZones,
    DescribeImages,
    DescribeInstanceAttribute,
    DescribeInstanceStatus,
    DescribeInstanceTypeOfferings,
    DescribeInstanceTypes,
    DescribeInstances,
    DescribeKeyPairs,
    DescribeRegions,
    DescribeSecurityGroupRules,
    DescribeSecurityGroups,
    DescribeSubnets,
    DescribeTags,
    DescribeVolumes,
    DescribeVpcClassicLink,
    DescribeVpcClassicLinkDnsSupport,
    DescribeVpcs,
    DisassociateAddress,
    GetConsoleOutput,
    ImportKeyPair,
    ModifyInstanceAttribute,
    ModifyInstanceMetadataOptions,
    RebootInstances,
    ReleaseAddress,
    RevokeSecurityGroupIngress,
    RunInstances,
    StartInstances,
    StopInstances,
    TerminateInstances,
  ]),
  sts: byName([GetCallerIdentity]),
};
