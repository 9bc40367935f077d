// What a hostile request may and may not bring about.
import type { Hostile } from './requests.ts';

/** A token is for whoever asks; everything else is for those who have one. */
const isToken = ({ to, method }: Hostile): boolean => to === 'metadata' && method === 'PUT';

const hasKey = ({ to, signature }: Hostile): boolean => to !== 'metadata' && signature.is === 'key';

/** Whoever has no key is answered with what he asked for. */
export const isLetIn = (hostile: Hostile, statuses: readonly number[]): boolean =>
  !hasKey(hostile) && !isToken(hostile) && statuses.some((status) => status >= 200 && status < 400);

/** Signed with the key, and answered by whatever is behind the door. */
export const isBehind = (hostile: Hostile, statuses: readonly number[]): boolean =>
  hasKey(hostile) && statuses.some((status) => status !== 401 && status !== 403);

const WRITING = ['PUT', 'POST', 'DELETE', 'PATCH'];

const isReading = ({ to, method, path, body }: Hostile): boolean =>
  to === 's3'
    ? !WRITING.includes(method)
    : [...`${path}&${body}`.matchAll(/[?&]?\bAction=([^&]*)/g)].every(([, name = '']) =>
        /^(?:Describe|Get)/.test(name),
      );

/** Whether everything must be as it was before: it comes from somebody without a key, or asks for nothing but to see. */
export const mayChangeNothing = (hostile: Hostile): boolean => !hasKey(hostile) || isReading(hostile);
