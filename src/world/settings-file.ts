// Reads pool.yml: plain YAML, or the form of 2008 with a colon before each key. Nothing in it is ever executed.
import { isMap, isScalar, isSeq, type Scalar, type Node as YamlNode } from 'yaml';
import { usageError } from '../pool/failure.ts';
import { shownName } from '../pool/secrets.ts';
import type { Layer } from '../pool/settings-resolve.ts';
import { Written } from '../pool/written.ts';
import { isMerge, readYaml, type Yaml } from './yaml.ts';

/** `:minimum_instances` of 2008 is `minimum_instances` today. */
const bare = (key: string): string => key.replace(/^:/, '');

/** No setting lies deeper; an anchor may stand around its own alias. */
const DEEPEST = 8;

/** As in docker compose: whoever reads the file passes these over, so that anchors have a place to stand. */
const isPassedOver = (key: string): boolean => key.startsWith('x-');

const pathKey = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String));

type Lines = Map<string, number>;

/** The line of every key and list item, by its path; of what was merged in where it is written. */
function linesOf(yaml: Yaml, path: readonly string[], node: unknown, lines: Lines): void {
  const inside = yaml.resolve(node);
  const mark = (at: readonly string[], key: unknown, value: unknown) => {
    const offset = (key as YamlNode | null)?.range?.[0];
    // A key of the map itself comes before one that is merged in.
    if (lines.has(pathKey(at)) || at.length > DEEPEST) return;
    if (offset !== undefined) lines.set(pathKey(at), yaml.lineAt(offset));
    linesOf(yaml, at, value, lines);
  };
  if (isMap(inside)) {
    const pairs = inside.items.filter((pair) => isScalar(pair.key));
    for (const pair of pairs.filter((one) => !isMerge(one)))
      mark([...path, bare(String((pair.key as Scalar).value))], pair.key, pair.value);
    for (const merge of pairs.filter(isMerge)) mergedLines(yaml, path, merge.value, lines);
  } else if (isSeq(inside)) {
    for (const [index, item] of inside.items.entries()) mark([...path, String(index)], item, item);
  }
}

/** One map, or a list of them: of a key that stands in several the first counts. */
function mergedLines(yaml: Yaml, path: readonly string[], source: unknown, lines: Lines): void {
  const inside = yaml.resolve(source);
  for (const one of isSeq(inside) ? inside.items : [inside]) linesOf(yaml, path, one, lines);
}

/** The same value with bare keys all the way down. Throws where a key stands twice, once with a colon. */
function normal(value: unknown, label: string): unknown {
  if (Array.isArray(value)) return value.map((item) => normal(item, label));
  if (typeof value !== 'object' || value === null || value instanceof Written) return value;
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
  const yaml = readYaml(text);
  const { contents, value, mistakes } = yaml;
  const [first, ...others] = mistakes.map(({ line, text: wrong }) => `${label}:${line}: ${wrong}`);
  if (first !== undefined) throw usageError(first, others);
  if (contents !== null && !isMap(contents))
    throw usageError(`${label}:1: the settings must be lines like "minimum_instances: 2"`);
  const lines: Lines = new Map();
  linesOf(yaml, [], contents, lines);
  const values = normal(value ?? {}, label) as Record<string, unknown>;
  return {
    source: 'file',
    values: new Map(Object.entries(values).filter(([key]) => !isPassedOver(key))),
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
