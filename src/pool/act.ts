// An act on the size of a pool in one line, with its reason.
import type { Act } from './sight.ts';

/** `launch 2: load 1.60 > 0.8 for 30s; 4 would carry it`. */
export function actLine(act: Act): string {
  if (act.do === 'launch') return `launch ${act.count}: ${act.because}`;
  return act.do === 'protect' ? `protect: ${act.because}` : `${act.do} ${act.id}: ${act.because}`;
}
