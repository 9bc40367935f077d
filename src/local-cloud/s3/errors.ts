// S3's refusals: status, code and message, as XML, or bare where the request wants no body.
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Refusal = readonly [status: number, code: string, message: string];

export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  [status, code, message]: Refusal,
): void {
  request.resume();
  response.writeHead(status, { 'content-type': 'application/xml' });
  if (request.method === 'HEAD') response.end();
  else
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    );
}
