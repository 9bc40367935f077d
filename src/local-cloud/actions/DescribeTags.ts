// DescribeTags: every tag of every resource.
import { DescribeTags$, type DescribeTagsRequest, type DescribeTagsResult } from '@aws-sdk/client-ec2';
import { type TagRow, tagRowFields } from '../filters/others.ts';
import { filtered } from '../model/filters.ts';
import { page } from '../model/pages.ts';
import { resourceType } from '../model/tags.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call } from './action.ts';

const order = (row: TagRow): string => `${row.ResourceId} ${row.Key}`;

function run(input: DescribeTagsRequest, { state }: Call): DescribeTagsResult {
  const rows = Object.keys(state.tags).flatMap((id) =>
    tagsOf(state, id).map(({ Key = '', Value = '' }): TagRow => {
      const type = resourceType(id);
      return {
        ResourceId: id,
        Key,
        Value,
        Tags: [{ Key, Value }],
        ...(type === undefined ? {} : { ResourceType: type }),
      };
    }),
  );
  const kept = filtered(rows, input.Filters, tagRowFields).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const { items, next } = page(kept, input, order);
  return { Tags: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeTags = action(DescribeTags$, run, tagRowFields);
