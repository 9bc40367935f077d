// Sections of ~/.aws without a value, which the SDK passes over as if they were not there.
import { sharedTexts } from './shared-files.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The headers of a profile in the two files. */
const headersOf = (profile: string): readonly string[] => [`[${profile}]`, `[profile ${profile}]`];

/** A name of it that has no value, or else that there is none at all; undefined where no such section stands there. */
export function emptySection(profile: string, env: Env): string | undefined {
  for (const { path, text } of sharedTexts(env)) {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    const at = lines.findIndex((line) => headersOf(profile).includes(line));
    if (at < 0) continue;
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((line) => line.startsWith('['));
    const own = rest.slice(0, end < 0 ? rest.length : end);
    const name = own.map((line) => /^([\w-]+)\s*=$/.exec(line)?.[1]).find(Boolean);
    if (name) return `${name} in ${lines[at]} of ${path} has no value`;
    if (own.every((line) => line === '' || /^[#;]/.test(line)))
      return `${lines[at]} of ${path} has no line NAME = VALUE`;
  }
  return undefined;
}
