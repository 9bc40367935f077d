// Reads pool.yml: plain YAML, or the form of 2008 with a colon before each key. Nothing in it is ever executed.
import { isMap, isPair, isScalar, isSeq, type Node as YamlNode } from 'yaml';
import { usageError } from '../pool/failure.ts';
import { shownName } from '../pool/secrets.ts';
import type { Layer } from '../pool/settings-resolve.ts';
import { readYaml, type Yaml } from './yaml.ts';

/** `:minimum_instances` of 2008 is `minimum_instances` today. */
const bare = (key: string): string => key.replace(/^:/, '');

const pathKey = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String));

/** The line of every key and list item, by its path. */
function linesOf(
  node: unknown,
  lineAt: Yaml['lineAt'],
  path: readonly string[],
  lines: Map<string, number>,
): void {
  const mark = (at: readonly string[], key: unknown, value: unknown) => {
    const offset = (key as YamlNode | null)?.range?.[0];
    if (offset !== undefined) lines.set(pathKey(at), lineAt(offset));
    linesOf(value, lineAt, at, lines);
  };
  if (isMap(node)) {
    for (const pair of node.items) {
      if (isPair(pair) && isScalar(pair.key))
        mark([...path, bare(String(pair.key.value))], pair.key, pair.value);
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) mark([...path, String(index)], item, item);
  }
}

/** The same value with bare keys all the way down. Throws where a key stands twice, once with a colon. */
function normal(value: unknown, label: string): unknown {
  if (Array.isArray(value)) return value.map((item) => normal(item, label));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).map(([key, inside]) => [bare(key), normal(inside, label)] as const);
  const twice = entries.find(([key], index) => entries.findIndex(([other]) => other === key) !== index);
  if (twice)
    throw usageError(
      `${label}: "${shownName(twice[0])}" stands there twice, with a colon and without; keep one`,
    );
  return Object.fromEntries(entries);
}

/** A settings file as a layer. `label` is its name in errors. Throws with code 2 where it is no YAML map. */
export function readSettingsFile(text: string, label: string): Layer {
  const { contents, value, mistakes, lineAt } = readYaml(text);
  const [first, ...others] = mistakes.map(({ line, text: wrong }) => `${label}:${line}: ${wrong}`);
  if (first !== undefined) throw usageError(first, others);
  if (contents !== null && !isMap(contents))
    throw usageError(`${label}:1: the settings must be lines like "minimum_instances: 2"`);
  const lines = new Map<string, number>();
  linesOf(contents, lineAt, [], lines);
  const values = normal(value ?? {}, label) as Record<string, unknown>;
  return {
    source: 'file',
    values: new Map(Object.entries(values)),
    where: (path) => place(label, lines, path),
  };
}

/** The nearest line that is known: of the path itself, else of what it stands in. */
function place(label: string, lines: ReadonlyMap<string, number>, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines.get(pathKey(path.slice(0, length)));
    if (line !== undefined) return `${label}:${line}`;
  }
  return label;
}
