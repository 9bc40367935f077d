// The one line in which a script on a node answers, as JSON.

/**
 * What the last such line says, whatever comes between or before it: a job of a login shell may print while we do, with a
 * line end or without. Throws where there is none.
 */
export function answerLine(stdout: string): unknown {
  const lines = stdout.split('\n').map((line) => /\{.*\}/s.exec(line)?.[0]);
  return JSON.parse(lines.findLast((line) => line !== undefined) ?? '');
}
