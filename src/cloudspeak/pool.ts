// The command `pool`.
import { command } from './command.ts';

await command('pool');
