// EC2's filters: values of one filter are alternatives, several filters must all hold, `*` and `?` are wildcards.
import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { ApiError } from '../api/errors.ts';
import { own } from '../own.ts';
import { wildcard } from './wildcards.ts';

/** What a filter sees in a resource: one value, several, or nothing; `key` is what follows `tag:` in its name. */
type Look<T> = (item: T, key: string) => unknown;

/** The filters of an action, by the names that EC2's documentation has for them. */
export type Fields<T> = Readonly<Record<string, Look<T>>>;

/** EC2's quota: "200 filter values" in one call. */
const MOST_VALUES = 200;
const BY_TAG = 'tag:<key>';

interface Tagged {
  readonly Tags?: readonly Tag[] | undefined;
}

/** The filters of everything that can have tags. */
export const tagFields: Fields<Tagged> = {
  [BY_TAG]: ({ Tags = [] }, key) => Tags.filter((tag) => tag.Key === key).map((tag) => tag.Value),
  'tag-key': ({ Tags = [] }) => Tags.map((tag) => tag.Key),
  'tag-value': ({ Tags = [] }) => Tags.map((tag) => tag.Value),
};

/** Filters on what nothing in this cloud has: they are taken, and let nothing through. */
export const nothingBy = (...names: readonly string[]): Fields<unknown> => always(undefined, ...names);

/** Filters on what is the same for everything in this cloud. */
export const always = (value: unknown, ...names: readonly string[]): Fields<unknown> =>
  Object.fromEntries(names.map((name) => [name, () => value]));

function lookOf<T>(name: string, fields: Fields<T>): (item: T) => readonly unknown[] {
  const look = own(fields, name.startsWith('tag:') ? BY_TAG : name);
  if (look === undefined) throw new ApiError('InvalidParameterValue', `The filter '${name}' is invalid`);
  return (item) => [look(item, name.slice('tag:'.length))].flat();
}

const textOf = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

function testOf<T>({ Name = '', Values = [] }: Filter, fields: Fields<T>): (item: T) => boolean {
  const look = lookOf(Name, fields);
  const wanted = Values.map(wildcard);
  return (item) =>
    look(item)
      .filter(isThere)
      .map(textOf)
      .some((text) => wanted.some((fits) => fits(text)));
}

function checkCount(filters: readonly Filter[]): void {
  const count = filters.reduce((sum, { Values = [] }) => sum + Math.max(Values.length, 1), 0);
  if (count > MOST_VALUES)
    throw new ApiError(
      'FilterLimitExceeded',
      `The maximum number of filter values specified on a single call is ${MOST_VALUES}`,
    );
}

/**
 * Keeps the items that every filter lets through. Throws InvalidParameterValue for a filter nobody knows, also where
 * there is nothing to filter, and FilterLimitExceeded for more values than EC2 takes.
 */
export function filtered<T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  fields: Fields<T>,
): T[] {
  checkCount(filters ?? []);
  const tests = (filters ?? []).map((filter) => testOf(filter, fields));
  return items.filter((item) => tests.every((test) => test(item)));
}
