// How much memory a copy from a node takes.
import { copies } from './lib/copy.mjs';

export default {
  name: 'peak memory of instance scp, 1 GB from a node',
  target: 120,
  unit: 'MB',
  run: async () => (await copies()).down,
};
