// The text of the keys file: the example with its values replaced, and a last line that tells whether we wrote it.
import { createHash } from 'node:crypto';

const mark = '# Written by npm run dev:setup; unchanged while this is the SHA-256 of the lines above: ';
const hash = (text) => createHash('sha256').update(text).digest('hex');

/** Quotes any text for bash: inside single quotes only the single quote itself is special. */
export function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Fills the example in. A name without a value is unset, so that sourcing the file after another one is safe.
 * A value without a line is an error: the example must name everything that the file exports.
 */
export function keysText(example, values) {
  const left = new Set(Object.keys(values));
  const body = example.replace(/^export (\w+)=.*$/gm, (_, name) => {
    left.delete(name);
    return values[name] === undefined ? `unset ${name}` : `export ${name}=${quote(values[name])}`;
  });
  if (left.size > 0)
    throw new Error(`.pool_keys.example has no line for ${[...left].join(', ')}: add it there`);
  return `${body}\n${mark}${hash(`${body}\n`)}\n`;
}

/** Whether we wrote this file and nobody has changed it since. */
export function isOurs(text) {
  const at = text.lastIndexOf(mark);
  return at >= 0 && text.slice(at + mark.length).trimEnd() === hash(text.slice(0, at));
}

/** Which cloud a keys file of ours points at. */
export function cloudOf(text) {
  return /^export AWS_ENDPOINT_URL_EC2=/m.test(text) ? 'local' : 'aws';
}
