// Clients that know nothing of this project: Debian's awscli and python3-boto3 list, launch, tag and terminate.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { debian, type Ground, makeCloud } from './cloud-ground.ts';

const exec = promisify(execFile);
let cloud: Ground;

beforeAll(async () => {
  cloud = await makeCloud();
});
afterAll(() => cloud?.end());

const environment = () => ({
  PATH: '/usr/bin:/bin',
  HOME: cloud.home,
  AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
  AWS_DEFAULT_REGION: 'us-east-1',
});

async function aws(...words: string[]): Promise<string> {
  const all = ['ec2', ...words, '--endpoint-url', cloud.endpoints.ec2, '--output', 'text'];
  return (await exec('/usr/bin/aws', all, { env: environment() })).stdout.trim();
}

test('awscli lists, launches, tags and terminates', async () => {
  expect(await aws('describe-instances')).toBe('');
  const id = await aws(
    'run-instances',
    '--image-id',
    debian,
    '--instance-type',
    't3.nano',
    '--query',
    'Instances[].InstanceId',
  );
  await aws('create-tags', '--resources', id, '--tags', 'Key=pool,Value=by hand');
  await cloud.becomes(id, 'running');
  const filters = ['--filters', 'Name=tag:pool,Values=by*', 'Name=instance-state-name,Values=running'];
  const query = ['--query', 'Reservations[].Instances[].[InstanceId, Tags[0].Value]'];
  expect(await aws('describe-instances', ...filters, ...query)).toBe(`${id}\tby hand`);
  expect(
    await aws(
      'terminate-instances',
      '--instance-ids',
      id,
      '--query',
      'TerminatingInstances[].CurrentState.Name',
    ),
  ).toBe('shutting-down');
  await cloud.becomes(id, 'terminated');
});

const PROGRAM = `
import sys, boto3
endpoint, image = sys.argv[1:]
ec2 = boto3.resource('ec2', endpoint_url=endpoint)
(instance,) = ec2.create_instances(ImageId=image, InstanceType='t3.nano', MinCount=1, MaxCount=1)
instance.create_tags(Tags=[{'Key': 'pool', 'Value': 'boto'}])
while instance.state['Name'] == 'pending':
    instance.reload()
found = list(ec2.instances.filter(Filters=[{'Name': 'tag:pool', 'Values': ['boto']}]))
print(instance.state['Name'], [one.id for one in found] == [instance.id], instance.launch_time.tzinfo is not None)
instance.terminate()
while instance.state['Name'] != 'terminated':
    instance.reload()
print(instance.state_reason['Code'])
`;

test('boto3 lists, launches, tags and terminates', async () => {
  const words = ['-c', PROGRAM, cloud.endpoints.ec2, debian];
  const { stdout } = await exec('/usr/bin/python3', words, { env: environment(), timeout: 60_000 });
  expect(stdout).toBe('running True True\nClient.UserInitiatedShutdown\n');
});
