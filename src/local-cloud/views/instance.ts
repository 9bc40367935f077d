// An instance as DescribeInstances shows it.
import type {
  Instance as Ec2Instance,
  GroupIdentifier,
  InstanceNetworkInterface,
  InstanceStateName,
  Placement,
  Reservation,
} from '@aws-sdk/client-ec2';
import { elasticOf, publicAddress } from '../model/addresses.ts';
import { ACCOUNT, interfaceOf, VPC, volumeOf } from '../model/ids.ts';
import { instanceType } from '../model/instance-types.ts';
import type { Instance, InstanceState, State } from '../model/state.ts';
import { ROOT_DEVICE, USUAL } from '../model/volumes.ts';
import { subnetId, zoneName } from '../model/zones.ts';
import { privateName, publicName } from './names.ts';
import { tagsOf } from './tags.ts';

const CODES: Record<InstanceState, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export const stateView = (state: InstanceState): { Code: number; Name: InstanceStateName } => ({
  Code: CODES[state],
  Name: state,
});

export const profileArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:instance-profile/${name}`;

export const groupsView = (state: State, ids: readonly string[]): GroupIdentifier[] =>
  ids.map((id) => ({ GroupId: id, GroupName: state.groups[id]?.name ?? '' }));

const placementView = (instance: Instance, region: string): Placement => ({
  AvailabilityZone: zoneName(region, instance.zone),
  GroupName: '',
  Tenancy: instance.tenancy,
});

function interfaceView(state: State, instance: Instance, region: string): InstanceNetworkInterface {
  const ip = publicAddress(state, instance.id);
  const elastic = elasticOf(state, instance.id);
  const association =
    ip === undefined
      ? {}
      : {
          Association: {
            IpOwnerId: elastic ? ACCOUNT : 'amazon',
            PublicIp: ip,
            PublicDnsName: publicName(ip, region),
          },
        };
  const name = privateName(instance.privateIp, region);
  const own = { PrivateIpAddress: instance.privateIp, PrivateDnsName: name };
  return {
    ...association,
    ...own,
    Attachment: {
      AttachmentId: interfaceOf(instance.id).replace('eni', 'eni-attach'),
      AttachTime: new Date(instance.launchTime),
      DeleteOnTermination: true,
      DeviceIndex: 0,
      NetworkCardIndex: 0,
      Status: 'attached',
    },
    Description: '',
    Groups: groupsView(state, instance.groupIds),
    MacAddress: instance.mac,
    NetworkInterfaceId: interfaceOf(instance.id),
    OwnerId: ACCOUNT,
    PrivateIpAddresses: [{ ...association, ...own, Primary: true }],
    SourceDestCheck: instance.sourceDestCheck,
    Status: 'in-use',
    SubnetId: subnetId(instance.zone),
    VpcId: VPC,
    InterfaceType: 'interface',
  };
}

/** What a terminated instance no longer has. */
function connections(state: State, instance: Instance, region: string): Partial<Ec2Instance> {
  if (instance.state === 'terminated')
    return {
      PublicDnsName: '',
      PrivateDnsName: '',
      NetworkInterfaces: [],
      SecurityGroups: [],
      BlockDeviceMappings: [],
    };
  const ip = publicAddress(state, instance.id);
  return {
    PublicDnsName: publicName(ip, region),
    ...(ip === undefined ? {} : { PublicIpAddress: ip }),
    PrivateDnsName: privateName(instance.privateIp, region),
    PrivateIpAddress: instance.privateIp,
    NetworkInterfaces: [interfaceView(state, instance, region)],
    SecurityGroups: groupsView(state, instance.groupIds),
    SubnetId: subnetId(instance.zone),
    VpcId: VPC,
    SourceDestCheck: instance.sourceDestCheck,
    BlockDeviceMappings: [
      {
        DeviceName: ROOT_DEVICE,
        Ebs: {
          AttachTime: new Date(instance.launchTime),
          DeleteOnTermination: (instance.volume ?? USUAL).goesAlong,
          Status: 'attached',
          VolumeId: volumeOf(instance.id),
        },
      },
    ],
  };
}

function options(instance: Instance): Partial<Ec2Instance> {
  const { metadata, keyName, profile, reason, spotRequest } = instance;
  const profileView = { Arn: profileArn(profile ?? ''), Id: 'AIPAPOOLPARTY' };
  return {
    ...(spotRequest === undefined ? {} : { InstanceLifecycle: 'spot', SpotInstanceRequestId: spotRequest }),
    ...(keyName === undefined ? {} : { KeyName: keyName }),
    ...(profile === undefined ? {} : { IamInstanceProfile: profileView }),
    ...(reason === undefined ? {} : { StateReason: { Code: reason.code, Message: reason.message } }),
    MetadataOptions: {
      State: 'applied',
      HttpTokens: metadata.tokens,
      HttpPutResponseHopLimit: metadata.hops,
      HttpEndpoint: metadata.endpoint,
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: metadata.tags,
    },
  };
}

/** The instance as seen from a region. */
export function instanceView(state: State, instance: Instance, region: string): Ec2Instance {
  const type = instanceType(instance.type);
  const because = instance.reason?.code.startsWith('Client.User') ? 'User initiated' : '';
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    State: stateView(instance.state),
    StateTransitionReason:
      because && `${because} (${instance.transitionTime.slice(0, 19).replace('T', ' ')} GMT)`,
    AmiLaunchIndex: instance.launchIndex,
    ProductCodes: [],
    InstanceType: instance.type as NonNullable<Ec2Instance['InstanceType']>,
    LaunchTime: new Date(instance.launchTime),
    Placement: placementView(instance, region),
    Monitoring: { State: instance.monitoring ? 'enabled' : 'disabled' },
    Architecture: type?.architecture ?? 'x86_64',
    RootDeviceName: ROOT_DEVICE,
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    Hypervisor: 'xen',
    ClientToken: instance.clientToken,
    EbsOptimized: false,
    EnaSupport: true,
    CpuOptions: { CoreCount: Math.ceil((type?.vcpus ?? 1) / 2), ThreadsPerCore: 2 },
    Tags: tagsOf(state, instance.id),
    ...connections(state, instance, region),
    ...options(instance),
  };
}

/** Instances of one launch, as EC2 groups them. */
export const reservationView = (
  state: State,
  instances: readonly Instance[],
  region: string,
): Reservation => ({
  ReservationId: instances[0]?.reservationId ?? '',
  OwnerId: ACCOUNT,
  Groups: [],
  Instances: instances.map((one) => instanceView(state, one, region)),
});
