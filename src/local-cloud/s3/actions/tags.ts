// What tags an object may have (AWS: "Categorizing your objects using tags").
import { S3Error } from '../errors.ts';
import { speakable } from '../place.ts';
import type { Tag } from '../store/contents.ts';

const MOST = 10;
const KEY_LENGTH = 128;
const VALUE_LENGTH = 256;

const lengthOf = (text: string): number => [...text].length;

function checked({ Key, Value }: Partial<Tag>): Tag {
  if (!Key || lengthOf(Key) > KEY_LENGTH)
    throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid');
  if (Value === undefined || lengthOf(Value) > VALUE_LENGTH)
    throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid');
  return { Key: speakable(Key, 'The tag'), Value: speakable(Value, 'The tag') };
}

/** The tags, where an object may have them all; throws InvalidTag. */
export function checkedTags(wished: readonly Partial<Tag>[]): Tag[] {
  const tags = wished.map(checked);
  if (tags.length > MOST) throw new S3Error('InvalidTag', 'Object tags cannot be greater than 10');
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  return tags;
}
