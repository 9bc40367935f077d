// How EC2 and STS word a signature that is none.
import { ApiError } from './errors.ts';
import type { Refusal } from './signature.ts';
import type { Service } from './xml.ts';

const UNKNOWN = {
  ec2: new ApiError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401),
  sts: new ApiError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403),
};
const WRONG = new ApiError(
  'SignatureDoesNotMatch',
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  403,
);

/** The error for a signature that is right, and for something else. */
export const outOfScope = (service: Service, message: string): ApiError =>
  service === 'ec2'
    ? new ApiError('AuthFailure', message, 401)
    : new ApiError('SignatureDoesNotMatch', message, 403);

/** The error for a refused signature. */
export function refusal(service: Service, why: Refusal): ApiError {
  switch (why) {
    case 'missing':
      return new ApiError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
    case 'malformed':
      return new ApiError(
        'IncompleteSignature',
        'The request signature does not conform to AWS standards.',
        400,
      );
    case 'expired':
      return new ApiError('RequestExpired', 'Request has expired.', 400);
    case 'unknown-key':
    case 'wrong-token':
      return UNKNOWN[service];
    case 'wrong-signature':
      return WRONG;
  }
}
