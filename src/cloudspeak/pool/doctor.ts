// pool doctor: every check with its mend; works with a pool and without.
import type { Finding } from '../../plans/doctor/finding.ts';
import { examine } from '../../world/doctor/run.ts';
import { loadSettings } from '../../world/load-settings.ts';
import type { Terminal } from '../../world/world.ts';
import { hanging } from '../hanging.ts';
import { version } from '../version.ts';
import type { RunOutside } from '../word.ts';
import { worldOf } from '../world-of.ts';

const MARKS = { ok: '✓', failed: '✗', skipped: '–' } as const;
/** The longest name of a check. */
const WIDTH = 'elastic addresses'.length;

function show(terminal: Terminal, { check, result, text, mend }: Finding): void {
  const { green, red, dim } = terminal.paint;
  const colour = { ok: green, failed: red, skipped: dim }[result];
  const mark = { text: `${colour(MARKS[result])} ${check.padEnd(WIDTH)}  `, width: WIDTH + 4 };
  terminal.print(hanging(terminal, mark, text));
  const arrow = { text: `${' '.repeat(WIDTH + 4)}→ `, width: WIDTH + 6 };
  if (mend !== undefined) terminal.print(hanging(terminal, arrow, mend));
}

const documentOf = (pool: string, checks: readonly Finding[]) => ({
  pool,
  ok: checks.every(({ result }) => result !== 'failed'),
  checks: checks.map(({ mend, ...rest }) => ({ ...rest, mend: mend ?? null })),
});

export const run: RunOutside = async (outside, terminal, { json }, words) => {
  const load = () => loadSettings(outside, { ...words, mustBeNamed: false });
  const world = await worldOf(load, outside, terminal);
  try {
    const probes = await outside.probes(world.settings);
    const told = (finding: Finding) => (json ? undefined : show(terminal, finding));
    const document = documentOf(world.settings.name, await examine({ world, probes, version }, told));
    if (json) terminal.print(JSON.stringify(document, null, 2));
    return document.ok ? 0 : 1;
  } finally {
    world.remote.close();
  }
};
