// DescribeTags: every tag of every resource.
import {
  DescribeTags$,
  type DescribeTagsRequest,
  type DescribeTagsResult,
  type TagDescription,
} from '@aws-sdk/client-ec2';
import { filtered } from '../model/filters.ts';
import { page } from '../model/pages.ts';
import { resourceType } from '../model/tags.ts';
import { tagsOf } from '../views/tags.ts';
import { action, type Call } from './action.ts';

type Row = TagDescription & { Tags?: { Key: string; Value: string }[] };

const fields = {
  key: (row: Row) => [row.Key],
  value: (row: Row) => [row.Value],
  'resource-id': (row: Row) => [row.ResourceId],
  'resource-type': (row: Row) => [row.ResourceType],
};

const order = (row: Row): string => `${row.ResourceId} ${row.Key}`;

function run(input: DescribeTagsRequest, { state }: Call): DescribeTagsResult {
  const rows = Object.keys(state.tags).flatMap((id) =>
    tagsOf(state, id).map(({ Key = '', Value = '' }): Row => {
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
  const kept = filtered(rows, input.Filters, fields).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const { items, next } = page(kept, input, order);
  return { Tags: items, ...(next === undefined ? {} : { NextToken: next }) };
}

export const DescribeTags = action(DescribeTags$, run);
