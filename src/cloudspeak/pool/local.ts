// `pool local up|down|status`: the embedded local cloud, a program of its own that has our streams.
import type { RunOutside } from '../word.ts';

/** The local cloud's own exit code. */
export const run: RunOutside = async (outside, _terminal, { json, rest, values }) => {
  const { home } = values;
  return await outside.localCloud([...rest, ...(json ? ['--json'] : []), ...(home ? ['--home', home] : [])]);
};
