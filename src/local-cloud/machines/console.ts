// A machine's console, as EC2 shows it.
import { stripVTControlCharacters } from 'node:util';
import { run } from './command.ts';

/** What the machine's boot wrote to its console, in plain lines. It outlives the machine's process. */
export async function consoleOf(container: string): Promise<string> {
  const text = await run(['podman', 'logs', container]);
  return stripVTControlCharacters(text).replaceAll('\r', '');
}
