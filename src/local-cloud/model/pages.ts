// Pages of a long answer: the token says after which item to go on, so that changes in between do no harm.
import { ApiError, invalidValue } from '../api/errors.ts';

export interface Page<T> {
  readonly items: T[];
  readonly next: string | undefined;
}

interface Asked {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

function after(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:'))
    throw new ApiError('InvalidParameterValue', 'Unable to parse pagination token');
  return text.slice('after:'.length);
}

/**
 * The asked page of items sorted by `key`, which must be unique and in ascending order.
 * Throws InvalidParameterValue for a size outside `least` to 1000 or a token that is none of ours.
 */
export function page<T>(items: readonly T[], asked: Asked, key: (item: T) => string, least = 5): Page<T> {
  const size = asked.MaxResults;
  if (size !== undefined && (size < least || size > 1000))
    throw invalidValue('maxResults', String(size), `Expecting a value from ${least} to 1000.`);
  const from = asked.NextToken ? after(asked.NextToken) : '';
  const rest = items.filter((item) => key(item) > from);
  const taken = rest.slice(0, size ?? rest.length);
  const last = taken.at(-1);
  const next =
    last !== undefined && taken.length < rest.length
      ? Buffer.from(`after:${key(last)}`).toString('base64url')
      : undefined;
  return { items: taken, next };
}
