// A machine's console, as EC2 shows it.
import { readFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';

/** Time, stream, and whether the line ends here (F) or goes on in the next (P): the format of kubernetes' logs. */
const LINE = /^\S+ (?:stdout|stderr) ([FP]) ([^\n]*)$/;

/** The text in a log of podman's driver `k8s-file`. */
export function consoleText(log: string): string {
  const parts = log.split('\n').map((line) => LINE.exec(line));
  const text = parts.map((part) => (part ? `${part[2]}${part[1] === 'F' ? '\n' : ''}` : '')).join('');
  return stripVTControlCharacters(text).replaceAll('\r', '');
}

/** What the machine's boot wrote to its console, in plain lines; it outlives the machine's process. Empty before. */
export const consoleOf = async (logFile: string): Promise<string> =>
  consoleText(await readFile(logFile, 'utf8').catch(() => ''));
