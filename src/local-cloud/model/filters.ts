// EC2's filters: values of one filter are alternatives, several filters must all hold, `*` and `?` are wildcards.
import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { invalidValue } from '../api/errors.ts';
import { own } from '../own.ts';

/** The values that a filter of this name sees in a resource. */
export type Fields<T> = Readonly<Record<string, (item: T) => readonly unknown[]>>;

const SPECIAL = /[.+^${}()|[\]]/g;

function pattern(text: string): RegExp {
  const source = text
    .split(/(\\[*?\\])/)
    .map((part) => (/^\\[*?\\]$/.test(part) ? part : wild(part)))
    .join('');
  return new RegExp(`^${source}$`, 's');
}

const wild = (text: string): string =>
  text.replace(/\\/g, '\\\\').replace(SPECIAL, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');

const present = (value: unknown): boolean => value !== undefined && value !== null;

function valuesOf<T extends { Tags?: Tag[] | undefined }>(
  name: string,
  item: T,
  fields: Fields<T>,
): readonly unknown[] {
  const tags = item.Tags ?? [];
  if (name === 'tag-key') return tags.map((tag) => tag.Key);
  if (name === 'tag-value') return tags.map((tag) => tag.Value);
  if (name.startsWith('tag:')) return tags.filter((tag) => tag.Key === name.slice(4)).map((tag) => tag.Value);
  const field = own(fields, name);
  if (field === undefined) throw invalidValue('filter', name, `The filter '${name}' is invalid`);
  return field(item);
}

/** Keeps the items that every filter lets through. Throws InvalidParameterValue for a filter nobody knows. */
export function filtered<T extends { Tags?: Tag[] | undefined }>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  fields: Fields<T>,
): T[] {
  const tests = (filters ?? []).map(({ Name = '', Values = [] }) => {
    valuesOf(Name, {} as T, probe(fields));
    const patterns = Values.map(pattern);
    return (item: T): boolean =>
      valuesOf(Name, item, fields).some(
        (value) => present(value) && patterns.some((wanted) => wanted.test(String(value))),
      );
  });
  return items.filter((item) => tests.every((test) => test(item)));
}

/** The same names with nothing to see: asks whether a filter exists when there is no item to ask. */
const probe = <T>(fields: Fields<T>): Fields<T> =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, () => []]));
