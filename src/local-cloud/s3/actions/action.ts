// What an action of S3 is: the operation of the SDK's model that it answers, and how.
import type { ServerResponse } from 'node:http';
import type { StaticOperationSchema } from '@smithy/types';
import type { Cloud } from '../../cloud.ts';
import { turn } from '../../turns.ts';
import type { Answer } from '../bind.ts';
import { type Incoming, receiveText } from '../body/receive.ts';
import type { Place } from '../place.ts';
import type { Store } from '../store/store.ts';

export interface Call extends Incoming {
  readonly cloud: Cloud;
  readonly store: Store;
  readonly place: Place;
  readonly response: ServerResponse;
  /** The request's id, which stands in its answer. */
  readonly id: string;
}

export interface Action {
  readonly operation: StaticOperationSchema;
  /** Undefined: it has sent its answer itself. `input` is what path, query and headers say. Throws S3Error. */
  run(input: object, call: Call): Promise<Answer | undefined>;
}

/** Ties an action to the input of its operation. */
export const action = <T extends object>(
  operation: StaticOperationSchema,
  run: (input: T, call: Call) => Promise<Answer | undefined>,
): Action => ({ operation, run: (input, call) => run(input as T, call) });

/** Of a document, in bytes: some settings. */
const USUAL_DOCUMENT = 64 * 1024;
/** A thousand keys, ten thousand parts. */
export const LONG_DOCUMENT = 4 * 1024 ** 2;

/** The document that was sent, when it is its turn to be read. Throws EntityTooLarge. */
export async function documentOf(call: Call, largest: number = USUAL_DOCUMENT): Promise<Buffer> {
  const bytes = await receiveText(call, largest);
  await turn(bytes.length);
  return bytes;
}

/** What an answer to this call is dated with. */
export const nowOf = ({ cloud }: Call): string => cloud.now().toISOString();
