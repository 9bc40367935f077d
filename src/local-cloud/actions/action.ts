// What an action is: an operation of AWS's model and the function that carries it out.
import type { StaticOperationSchema } from '@smithy/types';
import { ApiError } from '../api/errors.ts';
import type { Cloud } from '../cloud.ts';
import type { State } from '../model/state.ts';

/** One call as an action sees it. */
export interface Call {
  readonly cloud: Cloud;
  readonly state: State;
  /** The region that the caller signed for: it is the region it gets. */
  readonly region: string;
  readonly accessKeyId: string;
}

export interface Action {
  readonly operation: StaticOperationSchema;
  /** The names of the filters that it takes. */
  readonly filters: readonly string[];
  run(input: object, call: Call): Promise<object>;
}

/** Ties an operation to its function and its filters; the types are those of the operation's input and output. */
export function action<I>(
  operation: StaticOperationSchema,
  run: (input: I, call: Call) => unknown,
  filters: object = {},
): Action {
  return {
    operation,
    filters: Object.keys(filters).sort(),
    run: async (input, call) => {
      const result = await run(input as I, call);
      dryRun(input);
      return typeof result === 'object' && result !== null ? result : {};
    },
  };
}

/** To be called when all is checked and nothing is changed yet: ends a dry run as EC2 does. */
export function dryRun(input: { DryRun?: boolean | undefined } | object): void {
  if ('DryRun' in input && input.DryRun === true)
    throw new ApiError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}
