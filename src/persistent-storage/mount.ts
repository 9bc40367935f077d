// The shared bucket on a node: a unit that mounts it with s3fs, and the shell functions which that unit calls.
import { usageError } from '../pool/failure.ts';
import { type NodeFile, nodeFile } from '../pool/files.ts';
import type { Settings } from '../pool/settings.ts';
import { render, type Templates } from '../pool/templates.ts';

export const DATA_UNIT = 'poolparty-data.service';

/** Region and endpoints of the cloud, under the names of the AWS SDK's variables. */
type Environment = Readonly<Record<string, string>>;

/**
 * Several nodes write, so nothing is remembered: s3fs forgets what it knows of an object at once, and the kernel
 * asks s3fs each time. Tried with two mounts of one bucket: with any of the three left out one of them showed for
 * a second and more what the other had rewritten, renamed or removed.
 */
const UNCACHED = ['stat_cache_expire=0', 'attr_timeout=0', 'entry_timeout=0'];

/**
 * The app's user owns all files, whatever number it has on the node that wrote them; what other programs put into
 * the bucket has no mode of its own and gets one. Below `err` s3fs says too little, above it the role's credentials.
 */
const COMMON = ['allow_other', 'mp_umask=0022', 'complement_stat', 'connect_timeout=10', 'dbglevel=err'];

/** China's regions have a domain of their own (AWS: "Amazon S3 endpoints and quotas"). */
const domain = (region: string): string => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');

/** A list of options is parted by commas, and a unit knows % and quotes: no region and no URL needs any of them. */
function plain(name: string, form: RegExp, text: string): string {
  if (form.test(text)) return text;
  throw usageError(
    `${name} ${JSON.stringify(text)} cannot be given to s3fs; set it to one like ${EXAMPLES[name]}`,
  );
}

const EXAMPLES: Readonly<Record<string, string>> = {
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_S3: 'http://192.0.2.1:8001',
};
const REGION = /^[a-z0-9-]+$/;
const ENDPOINT = /^https?:\/\/[A-Za-z0-9.:[\]-]+(?:\/[A-Za-z0-9._~/-]*)?$/;

const PATH_STYLE = 'use_path_request_style';

/** A certificate holds for one label before the endpoint's name, so a bucket with dots is named in the path. */
function place(bucket: string, environment: Environment): readonly string[] {
  const own = environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL'];
  const region = plain('AWS_REGION', REGION, environment['AWS_REGION'] ?? 'us-east-1');
  if (own !== undefined)
    return [`url=${plain('AWS_ENDPOINT_URL_S3', ENDPOINT, own)}`, `endpoint=${region}`, PATH_STYLE];
  const url = `url=https://s3.${region}.${domain(region)}`;
  return [url, `endpoint=${region}`, ...(bucket.includes('.') ? [PATH_STYLE] : [])];
}

/** s3fs's options but for those that only the node knows: the role, and the numbers of the app's user. */
const mountOptions = (bucket: string, environment: Environment): string =>
  [...COMMON, ...UNCACHED, ...place(bucket, environment)].join(',');

/**
 * The unit comes first: it is ended before its functions are taken away. Empty without a bucket.
 * Throws code 2 on a region or an endpoint that s3fs cannot be given.
 */
export function storageFiles(
  settings: Settings,
  environment: Environment,
  templates: Templates,
): readonly NodeFile[] {
  const { name: pool, shared_bucket: bucket, shared_path: path } = settings;
  if (bucket === undefined) return [];
  const options = mountOptions(bucket, environment);
  const unit = render(templates, 'poolparty-data.service', { pool, bucket, path, options });
  return [
    nodeFile(`/etc/systemd/system/${DATA_UNIT}`, unit, { reaction: 'restart-data' }),
    nodeFile('/opt/poolparty/data.sh', render(templates, 'data.sh', {}), { reaction: 'restart-data' }),
  ];
}
