// The environment of the node's program: what its unit gives it, and no file of anybody's home.
type Env = Readonly<Record<string, string | undefined>>;

/** Keeps the SDK from ~/.aws, on this machine and in this process alone; call it before EC2 is spoken to. */
export function nodeEnvironment(): Env {
  process.env['AWS_CONFIG_FILE'] = '/dev/null';
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null';
  return process.env;
}
