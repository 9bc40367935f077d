// `pool local up|down|status|fault`: the embedded local cloud, a program of its own that has our streams.
import { usageError } from '../../pool/failure.ts';
import type { RunOutside } from '../word.ts';

const FLAGS: readonly string[] = ['purge', 'orphans'];

/** The local cloud's own exit code. */
export const run: RunOutside = async (outside, _terminal, { json, dryRun, rest, values }) => {
  if (dryRun && rest[0] !== 'status')
    throw usageError('local takes no --dry-run; pool local status changes nothing');
  const given = Object.entries(values).flatMap(([name, value]) =>
    FLAGS.includes(name) ? [`--${name}`] : [`--${name}`, value],
  );
  return await outside.localCloud([...rest, ...(json ? ['--json'] : []), ...given]);
};
