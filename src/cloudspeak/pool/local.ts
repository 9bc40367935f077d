// `pool local up|down|status|fault`: the embedded local cloud, a program of its own that has our streams.
import type { RunOutside } from '../word.ts';

const FLAGS: readonly string[] = ['purge', 'orphans'];

/** The local cloud's own exit code. */
export const run: RunOutside = async (outside, _terminal, { json, rest, values }) => {
  const given = Object.entries(values).flatMap(([name, value]) =>
    FLAGS.includes(name) ? [`--${name}`] : [`--${name}`, value],
  );
  return await outside.localCloud([...rest, ...(json ? ['--json'] : []), ...given]);
};
