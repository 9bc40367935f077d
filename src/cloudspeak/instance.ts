// The command `instance`.
import { command } from './command.ts';

await command('instance');
