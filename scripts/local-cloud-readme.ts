// Writes src/local-cloud/README.md: what the local cloud implements of EC2 and STS, and what not, out of its source.
// Usage: tsx scripts/local-cloud-readme.ts [--check]    --check writes nothing, and fails where the file is another
import { readFileSync, writeFileSync } from 'node:fs';
import { NormalizedSchema } from '@smithy/core/schema';
import type { Action } from '../src/local-cloud/actions/action.ts';
import { ACTIONS } from '../src/local-cloud/actions/index.ts';
import { actions } from '../src/local-cloud/s3/routes.ts';
import { membersRead } from './local-cloud-members.ts';

const FILE = 'src/local-cloud/README.md';
/** Every action knows it, by one function. */
const EVERYWHERE = 'DryRun';

interface Known {
  readonly honoured: readonly string[];
  readonly without: readonly string[];
}

const nameOf = (schema: NormalizedSchema): string => (schema.getName() ?? '').replace(/.*#/, '');

/** A structure, or the structures of a list. */
const inside = (schema: NormalizedSchema): NormalizedSchema =>
  schema.isListSchema() ? inside(schema.getValueSchema()) : schema;

/** `Placement (AvailabilityZone, Tenancy)`: of a member with members of its own, those that are read. */
function told(name: string, member: NormalizedSchema, read: ReadonlySet<string>): string {
  const structure = inside(member);
  if (!structure.isStructSchema()) return name;
  const { honoured, without } = sorted(structure, read);
  return without.length === 0 || honoured.length === 0 ? name : `${name} (${honoured.join(', ')})`;
}

function sorted(schema: NormalizedSchema, read: ReadonlySet<string>): Known {
  const honoured: string[] = [];
  const without: string[] = [];
  for (const [name, member] of schema.structIterator()) {
    if (name === EVERYWHERE) continue;
    if (read.has(`${nameOf(schema)}.${name}`)) honoured.push(told(name, member, read));
    else without.push(name);
  }
  return { honoured: honoured.sort(), without: without.sort() };
}

function row({ operation }: Action, read: ReadonlySet<string>): string {
  const schema = NormalizedSchema.of(operation[4]);
  const { honoured, without } = schema.isStructSchema()
    ? sorted(schema, read)
    : { honoured: [], without: [] };
  return `| ${operation[2]} | ${honoured.join(', ')} | ${without.join(', ')} |`;
}

const table = (actions: ReadonlyMap<string, Action>, read: ReadonlySet<string>): string =>
  [
    '| action | honoured | taken, and without effect |',
    '| --- | --- | --- |',
    ...[...actions.values()].map((action) => row(action, read)),
  ].join('\n');

const filterTable = [
  '| action | filters |',
  '| --- | --- |',
  ...[...ACTIONS.ec2.values()]
    .filter(({ filters }) => filters.length > 0)
    .map(({ operation, filters }) => `| ${operation[2]} | ${filters.join(', ')} |`),
].join('\n');
const s3Actions = (): string =>
  actions()
    .map(({ operation }) => operation[2])
    .sort()
    .join(', ');

const text = (read: ReadonlySet<string>): string => `# The local cloud: what it implements, and what not

Written by \`npm run docs:local-cloud\` out of the source; \`npm test\` fails where it is not current.

EC2's query protocol (version 2016-11-15) and STS's (2011-06-15) on one port, S3 on another, the metadata service
(version 2, and 1 where an instance allows it) at 169.254.169.254. Every request must be signed (Signature Version 4) by
the cloud's own key or by a role's, and is refused otherwise. Its answers are checked in CI against the service model of
Debian's botocore.

- An action that is not named here is refused with \`InvalidAction\`.
- A parameter that AWS's model does not know is refused with \`UnknownParameter\`, a value of another type with
  \`InvalidParameterValue\`.
- A parameter that AWS knows and that is not honoured here is taken, and has no effect: it stands in the last column.
- \`DryRun\` is honoured by every action that has it.

- All regions are one: what is made under the name of one is there under the name of every other, with the zones named
  after the region that asks. \`DescribeRegions\` shows that region alone.
- Values of filters may have \`*\` and \`?\`, with a backslash before one that is meant itself; up to 200 in a call.

## EC2

${table(ACTIONS.ec2, read)}

### Filters

All that EC2's documentation has for these actions (\`npm test\` holds the list against it). A filter on what this cloud has
not is taken, and compared with the one value that everything here has, or with nothing. Any other is refused.

${filterTable}

## STS

${table(ACTIONS.sts, read)}

## S3

A server of our own on the cloud's own address, by path (\`http://HOST:8001/BUCKET/KEY\`), for these actions:
${s3Actions()}.

- Signatures are checked as EC2's are, of presigned URLs and of each chunk and trailer of aws-chunked bodies, too;
  Content-MD5 and checksums (CRC32, CRC32C, CRC64NVME, SHA-1, SHA-256, SHA-512, MD5) are held against what came.
- Versions and delete markers, conditional reads and writes, tags of objects, at most 2 KB of metadata, keys of at most
  1,024 bytes. Keys are kept as they are (\`a//b\`, \`../x\`); a key with a character that XML 1.0 cannot carry is
  refused with InvalidArgument, which real S3 would take.
- No policies, ACLs, lifecycle, object lock, encryption, website or replication: NotImplemented. Each region sees every
  bucket. Buckets named \`someone-elses-…\` are another account's.

## Not at all

Volumes, snapshots and images of one's own (a volume that outlives its instance is listed until it is deleted; its data
is gone with the machine), spot requests, launch templates, load balancers, auto-scaling groups, IAM beyond the one
profile \`poolparty\`, networks beyond one VPC with a subnet in each of three zones, IPv6, egress rules, prices and quotas.
Machines are containers with systemd (podman), and share this machine's kernel and processors.
`;

const wanted = text(membersRead());
if (!process.argv.includes('--check')) writeFileSync(FILE, wanted);
else if (readFileSync(FILE, 'utf8') !== wanted) {
  console.error(`${FILE} is not what the source says; run npm run docs:local-cloud`);
  process.exitCode = 1;
}
