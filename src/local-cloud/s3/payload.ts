// Is the body the one that was signed? Its hash stands in a signed header (AWS: "Signature calculations: x-amz-content-sha256").
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const S3Error = require('s3rver/lib/models/error') as new (code: string, message: string) => Error;

/** What the request that is served just now claims of its body; streamed and unsigned bodies claim nothing. */
const claimed = new AsyncLocalStorage<string>();

const HASH = /^[0-9a-f]{64}$/;

/** Runs `serve` for a request with this header; whatever it stores is held against it. */
export function withClaim(header: string | string[] | undefined, serve: () => void): void {
  const text = String(header);
  if (HASH.test(text)) claimed.run(text, serve);
  else serve();
}

/** Throws as S3 does where the body, whose sha256 this is, is not the one that was signed. */
export function checkClaim(sha256: string): void {
  const claim = claimed.getStore();
  if (claim === undefined || claim === sha256) return;
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw Object.assign(new S3Error('XAmzContentSHA256Mismatch', message), { status: 400, expose: true });
}
