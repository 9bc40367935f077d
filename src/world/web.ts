// One plain GET, on a connection of its own, as a visitor's browser would make it.
import { get as httpGet } from 'node:http';
import type { WebAnswer } from './world.ts';

/** Reads `url`; at most 64 KiB of the body are kept. Throws on no answer within `timeout` ms. */
export function get(url: string, timeout: number): Promise<WebAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpGet(url, { agent: false, signal: AbortSignal.timeout(timeout) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8', 0, 65_536),
        }),
      );
    });
    request.on('error', reject);
  });
}
