// The data that an instance finds about itself, as a tree: a folder lists its entries, as EC2's does.
import type { Cloud } from '../cloud.ts';
import { publicAddress } from '../model/addresses.ts';
import { ACCOUNT, interfaceOf, VPC } from '../model/ids.ts';
import type { Instance } from '../model/state.ts';
import { subnetId, zoneId, zoneName } from '../model/zones.ts';
import { groupsView, profileArn } from '../views/instance.ts';
import { privateName, publicName } from '../views/names.ts';
import { roleCredentials } from './credentials.ts';

/** A text, a folder, or something made only when it is asked for; undefined is not there. */
export type Node = string | (() => string) | { readonly [name: string]: Node | undefined } | undefined;

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function iam(cloud: Cloud, instance: Instance): Node {
  const role = instance.profile;
  if (role === undefined) return undefined;
  const info = {
    Code: 'Success',
    LastUpdated: instance.launchTime,
    InstanceProfileArn: profileArn(role),
    InstanceProfileId: 'AIPAPOOLPARTY',
  };
  return {
    info: json(info),
    'security-credentials': { [role]: () => json(roleCredentials(cloud, instance, role)) },
  };
}

function network(cloud: Cloud, instance: Instance): Node {
  const ip = publicAddress(cloud.state, instance.id);
  const groups = groupsView(cloud.state, instance.groupIds);
  const card: Node = {
    'device-number': '0',
    'interface-id': interfaceOf(instance.id),
    'local-hostname': privateName(instance.privateIp, instance.region),
    'local-ipv4s': instance.privateIp,
    mac: instance.mac,
    'owner-id': ACCOUNT,
    'public-hostname': ip && publicName(ip, instance.region),
    'public-ipv4s': ip,
    'security-group-ids': groups.map((group) => group.GroupId).join('\n'),
    'security-groups': groups.map((group) => group.GroupName).join('\n'),
    'subnet-id': subnetId(instance.zone),
    'subnet-ipv4-cidr-block': cloud.plan.subnets[instance.zone],
    'vpc-id': VPC,
    'vpc-ipv4-cidr-block': cloud.plan.vpc,
  };
  return { interfaces: { macs: { [instance.mac]: card } } };
}

function publicKeys(cloud: Cloud, instance: Instance): Node {
  const pair = Object.values(cloud.state.keyPairs).find((one) => one.name === instance.keyName);
  return pair && { [`0=${pair.name}`]: { 'openssh-key': `${pair.publicKey}\n` } };
}

/** AWS: "View scheduled events": `21 Jan 2019 09:00:43 GMT`; what is over stands in the history. */
function maintenance({ events }: Instance): Node {
  const shown = events.map((event) => ({
    ...(event.NotBefore === undefined ? {} : { NotBefore: new Date(event.NotBefore).toUTCString().slice(5) }),
    Code: event.Code,
    Description: event.Description,
    EventId: event.InstanceEventId,
    State: /^\[(Completed|Canceled)\]/.exec(event.Description ?? '')?.[1]?.toLowerCase() ?? 'active',
  }));
  const list = (isOpen: boolean): string =>
    JSON.stringify(
      shown.filter(({ State }) => (State === 'active') === isOpen),
      null,
      2,
    );
  return { history: list(false), scheduled: list(true) };
}

function identity(instance: Instance): string {
  return json({
    accountId: ACCOUNT,
    architecture: 'x86_64',
    availabilityZone: zoneName(instance.region, instance.zone),
    imageId: instance.imageId,
    instanceId: instance.id,
    instanceType: instance.type,
    pendingTime: instance.launchTime,
    privateIp: instance.privateIp,
    region: instance.region,
    version: '2017-09-30',
  });
}

/** AWS: "Spot Instance interruption notices": `{"action": "terminate", "time": "2017-09-18T08:22:00Z"}`. */
const spot = ({ spotNotice: notice }: Instance): Node =>
  notice && { 'instance-action': json({ ...notice, time: `${notice.time.slice(0, 19)}Z` }) };

function metaData(cloud: Cloud, instance: Instance): Node {
  const ip = publicAddress(cloud.state, instance.id);
  const name = privateName(instance.privateIp, instance.region);
  const showsTags = instance.metadata.tags === 'enabled';
  return {
    'ami-id': instance.imageId,
    'ami-launch-index': String(instance.launchIndex),
    events: { maintenance: maintenance(instance) },
    hostname: name,
    iam: iam(cloud, instance),
    'instance-action': 'none',
    'instance-id': instance.id,
    'instance-life-cycle': instance.spotRequest === undefined ? 'on-demand' : 'spot',
    'instance-type': instance.type,
    'local-hostname': name,
    'local-ipv4': instance.privateIp,
    mac: instance.mac,
    network: network(cloud, instance),
    placement: {
      'availability-zone': zoneName(instance.region, instance.zone),
      'availability-zone-id': zoneId(instance.region, instance.zone),
      region: instance.region,
    },
    'public-hostname': ip && publicName(ip, instance.region),
    'public-ipv4': ip,
    'public-keys': publicKeys(cloud, instance),
    'reservation-id': instance.reservationId,
    'security-groups': groupsView(cloud.state, instance.groupIds)
      .map((group) => group.GroupName)
      .join('\n'),
    services: { domain: 'amazonaws.com', partition: 'aws' },
    spot: spot(instance),
    tags: showsTags ? { instance: cloud.state.tags[instance.id] ?? {} } : undefined,
  };
}

/** Everything under `/latest`. */
export const latest = (cloud: Cloud, instance: Instance): Node => ({
  dynamic: { 'instance-identity': { document: identity(instance) } },
  'meta-data': metaData(cloud, instance),
  'user-data': instance.userData && Buffer.from(instance.userData, 'base64').toString('latin1'),
});
