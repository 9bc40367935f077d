// What a script on a node came to: its answer, or why it has none.
import { PoolError, Untouched } from '../../pool/failure.ts';
import type { Node } from '../../pool/instance.ts';
import type { Output } from '../world.ts';

/** The last lines that a script wrote, for a person to read. */
const tail = (text: string, lines: number): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .slice(-lines);

/** templates/node.sh says `untouched` where it ends before it has changed anything. */
function scriptFailed(node: Node, what: string, { code, stdout, stderr }: Output): PoolError {
  const Failure = /^untouched$/m.test(stdout) ? Untouched : PoolError;
  return new Failure(`${node.name} (${node.id}) could not be ${what} (code ${code})`, {
    details: tail(stderr, 20),
  });
}

/**
 * What `parse` makes of the output. Throws PoolError where the script failed, or where `parse` throws: a script that was
 * put together with templates of the user's may end before its answer, with code 0. `what`: what was tried, as a participle.
 */
export function answerOf<T>(node: Node, what: string, output: Output, parse: (stdout: string) => T): T {
  if (output.code !== 0) throw scriptFailed(node, what, output);
  try {
    return parse(output.stdout);
  } catch {
    throw new PoolError(
      `${node.name} (${node.id}) could not be ${what}: the script ended without its answer; does a template of yours (templates/*.sh) end it?`,
      { details: tail(output.stderr, 20) },
    );
  }
}
