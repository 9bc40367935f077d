// The floor under `pool start`: the same machines through the EC2 API alone, until sshd answers on all.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { cloud } from './cloud.mjs';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const sdk = await import('@aws-sdk/client-ec2');
const limit = 120_000;
const Filters = [{ Name: 'tag:bench', Values: ['floor'] }];

function client() {
  const { env } = cloud();
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY };
  return new sdk.EC2Client({ endpoint: env.AWS_ENDPOINT_URL_EC2, region: env.AWS_REGION, credentials });
}

/** Whether sshd says its banner within a second. */
function answers(host) {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 22, timeout: 1000 });
    const end = (verdict) => {
      socket.destroy();
      resolve(verdict);
    };
    socket.once('data', () => end(true));
    socket
      .once('error', () => end(false))
      .once('timeout', () => end(false))
      .once('close', () => end(false));
  });
}

/** Repeats a question every 100 ms until the answer is yes. */
async function until(what, question) {
  const end = Date.now() + limit;
  while (!(await question())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limit / 1000} s`);
    await sleep(100);
  }
}

async function instances(ec2) {
  const { Reservations = [] } = await ec2.send(new sdk.DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

async function openGroup(ec2) {
  const { GroupId } = await ec2.send(
    new sdk.CreateSecurityGroupCommand({
      GroupName: `bench-floor-${Date.now()}`,
      Description: 'floor of a benchmark',
    }),
  );
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
  ];
  await ec2.send(new sdk.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  return GroupId;
}

async function launch(ec2, group, count) {
  const images = await ec2.send(
    new sdk.DescribeImagesCommand({ Filters: [{ Name: 'name', Values: ['poolparty'] }] }),
  );
  await ec2.send(
    new sdk.RunInstancesCommand({
      ImageId: images.Images[0].ImageId,
      InstanceType: 't3.small',
      KeyName: cloud().env.KEYPAIR_NAME,
      SecurityGroupIds: [group],
      MinCount: count,
      MaxCount: count,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'bench', Value: 'floor' }] }],
    }),
  );
}

async function terminateAll(ec2) {
  const InstanceIds = (await instances(ec2)).map(({ InstanceId }) => InstanceId);
  if (InstanceIds.length > 0) await ec2.send(new sdk.TerminateInstancesCommand({ InstanceIds }));
  const gone = ({ State }) => State.Name === 'terminated';
  await until('The end of the machines', async () => (await instances(ec2)).every(gone));
}

/** Seconds from the launch of so many machines until sshd answers on the last. Nothing of it is left. */
export async function floorSeconds(count) {
  const ec2 = client();
  const group = await openGroup(ec2);
  try {
    const before = performance.now();
    await launch(ec2, group, count);
    const heard = new Set();
    await until('sshd on all machines', async () => {
      const running = (await instances(ec2)).filter(
        (each) => each.State.Name === 'running' && each.PublicIpAddress,
      );
      const silent = running.filter((each) => !heard.has(each.InstanceId));
      await Promise.all(
        silent.map(async (each) => (await answers(each.PublicIpAddress)) && heard.add(each.InstanceId)),
      );
      return heard.size === count;
    });
    return (performance.now() - before) / 1000;
  } finally {
    await terminateAll(ec2);
    await ec2.send(new sdk.DeleteSecurityGroupCommand({ GroupId: group }));
  }
}
