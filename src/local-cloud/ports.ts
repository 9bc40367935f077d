// Where the cloud listens on its own address.
export const API_PORT = 8000;
export const S3_PORT = 8001;

/** The endpoints that clients are pointed at. */
export const endpoints = (address: string) => ({
  ec2: `http://${address}:${API_PORT}`,
  s3: `http://${address}:${S3_PORT}`,
  sts: `http://${address}:${API_PORT}`,
});
