// Asks the person for a passphrase: on the terminal, unseen, whatever stdin and stdout are joined to.
import { openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { ReadStream, type WriteStream } from 'node:tty';

interface Streams {
  readonly stdin: ReadStream;
  readonly stderr: WriteStream;
}

/** Standard input, or where that is a pipe the terminal that the command was given on. */
function keyboard({ stdin }: Streams): ReadStream | undefined {
  if (stdin.isTTY) return stdin;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    return undefined;
  }
}

/**
 * What was typed, empty after Ctrl-D; undefined where nobody can be asked: stderr, on which the question stands, is not
 * a terminal. Ctrl-C is the process's to handle, as everywhere else.
 */
export async function askSecret(
  question: string,
  streams: Streams,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { stderr } = streams;
  const input = stderr.isTTY && !signal.aborted ? keyboard(streams) : undefined;
  if (input === undefined) return undefined;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const dialogue = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  // Only now is what is typed unseen.
  stderr.write(question);
  dialogue.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  signal.addEventListener('abort', () => dialogue.close(), { once: true });
  const answer = await new Promise<string>((resolve) => {
    dialogue.once('line', resolve);
    dialogue.once('close', () => resolve(''));
  });
  dialogue.close();
  stderr.write('\n');
  if (input !== streams.stdin) input.destroy();
  return answer;
}
