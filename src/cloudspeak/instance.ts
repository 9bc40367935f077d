// The command `instance`.
import { expectShortLives } from '../process/memory.ts';
import { command } from './command.ts';

expectShortLives();
await command('instance');
