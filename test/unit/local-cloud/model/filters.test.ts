// Filters behave as EC2's do.
import { describe, expect, test } from 'vitest';
import { filtered, tagFields } from '../../../../src/local-cloud/model/filters.ts';
import { page } from '../../../../src/local-cloud/model/pages.ts';

const item = (name: string, tags: Record<string, string> = {}) => ({
  name,
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});
const items = [item('web-1', { pool: 'a', role: 'master' }), item('web-22', { pool: 'b' }), item('db*', {})];
const fields = { ...tagFields, name: (one: (typeof items)[number]) => one.name };
const names = (filters: { Name: string; Values: string[] }[]) =>
  filtered(items, filters, fields).map((one) => one.name);

describe('filters', () => {
  test.for<[string, string[], string[]]>([
    ['name', ['web-1'], ['web-1']],
    ['name', ['web-*'], ['web-1', 'web-22']],
    ['name', ['web-?'], ['web-1']],
    ['name', ['db\\*'], ['db*']],
    ['name', ['web.1'], []],
    ['name', ['WEB-1'], []],
    ['name', ['web-1', 'db*'], ['web-1', 'db*']],
    ['tag:pool', ['a', 'b'], ['web-1', 'web-22']],
    ['tag:pool', ['?'], ['web-1', 'web-22']],
    ['tag-key', ['role'], ['web-1']],
    ['tag-value', ['b'], ['web-22']],
  ])('%s in %j', ([name, values, expected]) => {
    expect(names([{ Name: name, Values: values }])).toEqual(expected);
  });

  test('must all hold', () => {
    const both = [
      { Name: 'tag:pool', Values: ['*'] },
      { Name: 'name', Values: ['*2'] },
    ];
    expect(names(both)).toEqual(['web-22']);
  });

  test('of an unknown name are an error even when there is nothing to filter', () => {
    expect(() => filtered([], [{ Name: 'colour', Values: ['red'] }], fields)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValue' }),
    );
  });
});

describe('pages', () => {
  const all = Array.from({ length: 12 }, (_, n) => `k${String(n).padStart(2, '0')}`);

  test('follow each other without a gap, also when an item goes in between', () => {
    const first = page(all, { MaxResults: 5 }, (key) => key);
    const left = all.filter((key) => key !== 'k04');
    const second = page(left, { MaxResults: 5, NextToken: first.next ?? '' }, (key) => key);
    const third = page(left, { MaxResults: 5, NextToken: second.next ?? '' }, (key) => key);
    expect([...first.items, ...second.items, ...third.items]).toEqual(all);
    expect(third.next).toBeUndefined();
  });

  test('of a wrong size or token are refused', () => {
    expect(() => page(all, { MaxResults: 4 }, (key) => key)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValue' }),
    );
    expect(() => page(all, { NextToken: 'x' }, (key) => key)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValue' }),
    );
  });
});
