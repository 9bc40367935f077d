// Sections of ~/.aws without a value, which the SDK passes over as if they were not there.
import { sharedTexts } from './shared-files.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The headers of a profile in the two files. */
const headersOf = (profile: string): readonly string[] => [`[${profile}]`, `[profile ${profile}]`];

/** Other names may well have none: sections below the section begin so. */
const BARE = /^((?:aws|credential|role|source|sso|web)_\w+)\s*=$/;

/** As the SDK takes them: without comments. */
const linesOf = (text: string): readonly string[] =>
  text.split(/\r?\n/).map((line) => line.split(/(?:^|\s)[;#]/)[0]?.trim() ?? '');

/** A name of it that has no value, or else that there is none at all; undefined where no such section stands there. */
export const emptyProfile = (profile: string, env: Env): string | undefined =>
  emptySection(headersOf(profile), env);

/** The same of a section with one of these headers. */
export function emptySection(headers: readonly string[], env: Env): string | undefined {
  for (const { path, text } of sharedTexts(env)) {
    const lines = linesOf(text);
    const at = lines.findIndex((line) => headers.includes(line));
    if (at < 0) continue;
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((line) => line.startsWith('['));
    const own = rest.slice(0, end < 0 ? rest.length : end);
    const name = own.map((line) => BARE.exec(line)?.[1]).find(Boolean);
    if (name) return `${name} in ${lines[at]} of ${path} has no value`;
    if (own.every((line) => line === '')) return `${lines[at]} of ${path} has no line NAME = VALUE`;
  }
  return undefined;
}
