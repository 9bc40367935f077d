// The command `pool`.
import { realOutside } from '../world/outside.ts';
import { main } from './run.ts';

// Sockets may linger (keep-alive); the command is over all the same.
process.exit(await main('pool', process.argv.slice(2), realOutside()));
