// What a client of the local cloud needs in its environment, out of `pool local status --json`.

/** The variables and their values; an error when the cloud is not up. */
export function localValues(status) {
  if (!status.up) throw new Error('the local cloud is not up; try: node bin/pool local up');
  return {
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
}
