// Whether `pool list` is quicker than Debian's awscli with the same question to the same cloud.
import { aws, pool } from './lib/commands.mjs';
import { withPool } from './lib/pools.mjs';
import { pairedRatio } from './lib/wall.mjs';

export default {
  name: 'pool list of 3 nodes over aws ec2 describe-instances, wall',
  target: 1.0,
  unit: '×',
  run: () =>
    withPool(3, (env) => {
      // Debian's awscli does not read the endpoint from the environment, and would ask AWS itself.
      const asked = aws('--endpoint-url', env.AWS_ENDPOINT_URL_EC2, 'ec2', 'describe-instances');
      return pairedRatio(pool('list'), asked, { env, rounds: 9 });
    }),
};
