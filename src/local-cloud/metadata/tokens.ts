// Session tokens of metadata version 2: each belongs to one instance and lives as long as was asked for.
import { createHmac, timingSafeEqual } from 'node:crypto';

const sign = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');

/** A token that only this cloud can make, so that it outlives a restart; lifetime in seconds. */
export function makeToken(secret: string, instanceId: string, seconds: number, now: Date): string {
  const until = now.getTime() + seconds * 1000;
  return `${until}.${sign(secret, `${instanceId} ${until}`)}`;
}

/** Whether the token was made for this instance and is not expired. */
export function isValidToken(secret: string, instanceId: string, token: string, now: Date): boolean {
  const [until = '', signature = ''] = token.split('.');
  const expected = Buffer.from(sign(secret, `${instanceId} ${until}`));
  const given = Buffer.from(signature);
  return (
    given.length === expected.length && timingSafeEqual(given, expected) && Number(until) > now.getTime()
  );
}
