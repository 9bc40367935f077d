// Writes down what was asked and answered, one JSON document a line, so that others can check it against AWS's model.
import { appendFileSync, openSync } from 'node:fs';
import type { Service } from './xml.ts';

/** One exchange. Neither a signature nor a private key stands in it; user-data does. */
interface Exchange {
  readonly service: Service;
  /** The form as it came, still encoded: `Action=…&Version=…&…`. */
  readonly request: string;
  readonly status: number;
  readonly answer: string;
}

export type Record = (exchange: Exchange) => void;

const SIGNATURE = /(^|&)X-Amz-[^=&]*=[^&]*/g;
const PRIVATE_KEY = /(<keyMaterial>)[^<]*/g;

const without = ({ service, request, status, answer }: Exchange): Exchange => ({
  service,
  status,
  request: request.replace(SIGNATURE, ''),
  answer: answer.replace(PRIVATE_KEY, '$1left out'),
});

/** Appends to a file that its owner alone reads; undefined records nothing. Throws where it cannot be written. */
export function recorder(file: string | undefined): Record {
  if (file === undefined || file === '') return () => {};
  const handle = openSync(file, 'a', 0o600);
  // In one call each, so that lines of exchanges that end together do not mix.
  return (exchange) => appendFileSync(handle, `${JSON.stringify(without(exchange))}\n`);
}
