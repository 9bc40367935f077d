// Turns the JSON of `pool local status --json` on stdin into export lines for bash on stdout.
import { readFileSync } from 'node:fs';
import { quote } from './keys-text.mjs';

const status = JSON.parse(readFileSync(0, 'utf8'));
if (!status.up) {
  console.error('The local cloud is not up. Try: node bin/pool local up');
  process.exit(1);
}
const exports = {
  AWS_ACCESS_KEY_ID: status.access_key_id,
  AWS_SECRET_ACCESS_KEY: status.secret_access_key,
  AWS_REGION: status.region,
  AWS_DEFAULT_REGION: status.region,
  AWS_ENDPOINT_URL_EC2: status.endpoints.ec2,
  AWS_ENDPOINT_URL_S3: status.endpoints.s3,
  AWS_ENDPOINT_URL_STS: status.endpoints.sts,
  POOL_AMI: 'poolparty',
  POOL_INSTANCE_PROFILE: 'poolparty',
};
for (const [name, value] of Object.entries(exports)) console.log(`export ${name}=${quote(value)}`);
