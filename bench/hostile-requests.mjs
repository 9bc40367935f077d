// Of 10,000 generated requests to EC2, STS and metadata, from this machine and again from inside one of the cloud's: those
// that were let in without a key, changed what they may not, ended the daemon, or kept a good request from its answer.
import { execFileSync } from 'node:child_process';

export default {
  name: 'hostile EC2, STS and metadata requests of 10,000 that did harm',
  target: 0,
  unit: 'requests',
  // The test throws where there is one; it says which.
  run: async () => {
    execFileSync('npm', ['run', '--silent', 'test:hostile:cloud'], { stdio: ['ignore', 2, 2] });
    return 0;
  },
};
