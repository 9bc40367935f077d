// pool replay: recorded decisions once more, through today's code or another policy; what would now be otherwise?
import { type Difference, replay } from '../../plans/replay.ts';
import { usageError } from '../../pool/failure.ts';
import { type PolicySettings, policySettings } from '../../pool/journal.ts';
import { readJournal } from '../../pool/journal-reader.ts';
import type { Settings } from '../../pool/settings.ts';
import { tellActs } from '../../pool/told.ts';
import { loadSettings } from '../../world/load-settings.ts';
import type { Outside } from '../../world/outside.ts';
import type { Terminal } from '../../world/world.ts';
import { tellTrouble } from '../journal-trouble.ts';
import { localTime } from '../record-line.ts';
import type { RunOutside, SettingsWords } from '../word.ts';
import { tellNotices } from '../world-of.ts';

async function textOf(outside: Outside, path: string): Promise<string> {
  if (path === '-') return await outside.readInput();
  const text = await outside.readText(path);
  if (text !== undefined) return text;
  throw usageError(`${path}: there is no such file; pool log --json >journal.jsonl makes one`);
}

/** The settings of `--policy`; without one the recorded policy, with what the command line says of it. */
async function policyFrom(
  outside: Outside,
  terminal: Terminal,
  file: string | undefined,
  { options }: SettingsWords,
): Promise<(recorded: PolicySettings) => PolicySettings> {
  if (file === undefined && options.size === 0) return (recorded) => recorded;
  const loaded = await loadSettings(outside, { options, file, mustBeNamed: false });
  tellNotices(terminal, loaded);
  const { settings } = loaded;
  if (file !== undefined) return () => settings;
  const given = Object.fromEntries(
    Object.entries(policySettings(settings)).filter(([key]) => options.has(key as keyof Settings)),
  );
  return (recorded) => ({ ...recorded, ...given });
}

const documentOf = ({ record, today }: Difference) => ({
  time: record.time,
  who: record.who,
  recorded: { acts: record.acts, because: record.because },
  today: { acts: today.acts, because: today.because },
});

const linesOf = ({ record, today }: Difference): readonly string[] => [
  `${localTime(record.time)}  then  ${tellActs(record.acts, record.sight.nodes)}: ${record.because}`,
  `${' '.repeat(15)}  now   ${tellActs(today.acts, record.sight.nodes)}: ${today.because}`,
];

export const run: RunOutside = async (outside, terminal, request, settings) => {
  const [path] = request.rest;
  if (path === undefined)
    throw usageError('replay takes a journal: a file, or - for what pool log --json is piped into it');
  const [file, second] = request.lists['policy'] ?? [];
  if (second !== undefined) throw usageError(`replay takes one --policy, not "${file}" and "${second}"`);
  const policy = await policyFrom(outside, terminal, file, settings);
  const journal = readJournal(await textOf(outside, path));
  tellTrouble(terminal, journal);
  const differences = replay(journal.records, policy);
  const counts = { ticks: journal.records.length, otherwise: differences.length };
  if (request.json)
    terminal.print(JSON.stringify({ ...counts, differences: differences.map(documentOf) }, null, 2));
  else {
    for (const line of differences.flatMap(linesOf)) terminal.print(line);
    terminal.print(`${counts.ticks} ticks replayed, ${counts.otherwise} decided otherwise`);
  }
  return 0;
};
