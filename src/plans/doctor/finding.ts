// What one check came to, and how to mend it.
import type { PoolError } from '../../pool/failure.ts';

export interface Finding {
  readonly check: string;
  /** `skipped`: it could not be asked, which is no failure. */
  readonly result: 'ok' | 'failed' | 'skipped';
  readonly text: string;
  /** What to do; of what failed alone. */
  readonly mend: string | undefined;
}

export const well = (check: string, text: string): Finding => ({
  check,
  result: 'ok',
  text,
  mend: undefined,
});

export const ill = (check: string, text: string, mend: string): Finding => ({
  ...{ check, result: 'failed', text, mend },
});

export const skipped = (check: string, text: string): Finding => ({
  ...{ check, result: 'skipped', text, mend: undefined },
});

/** A refusal is one line that ends with what to do next; that part is the mend. */
export function refused(check: string, { message }: PoolError): Finding {
  const at = Math.max(message.lastIndexOf('; '), message.lastIndexOf(': set '));
  const [text, mend] = at < 0 ? [message, ''] : [message.slice(0, at), message.slice(at + 2)];
  return ill(check, text, mend || 'repeat the command with --debug, which shows where it comes from');
}
