// Why an app is not healthy, in a sentence for the person who wrote it.
import { HEALTH_HOST } from '../pool/url.ts';
import type { Configured } from './configure.ts';

/** What an end says beside its code: codes of the shell, and of programs that put themselves into the background. */
const MEANING: Readonly<Record<string, string>> = {
  'code 0': '; it has to stay in the foreground, without & and without an option that makes it a daemon',
  'code 126': '; its program cannot be run',
  'code 127': '; its program is not on the node: an install line can bring it',
  'signal 9': '; was its memory used up?',
};

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** One line; the app's own last words are in the report's log. */
export function illness({ ends, ended, healthUrl, answer }: Configured): string {
  if (ended === '')
    return `the app is not healthy: ${healthUrl} (Host: ${HEALTH_HOST}) answered: ${answer || 'nothing'}`;
  return `the app's command ends by itself, ${times(ends)} so far, with ${ended}${MEANING[ended] ?? ''}`;
}
