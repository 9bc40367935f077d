// Reads the form of a request (`Action=…&Version=…`), from its query and its body, as strictly as it was signed.
import { ApiError } from './errors.ts';

const malformed = (message: string): ApiError => new ApiError('MalformedQueryString', message);

/** EC2's deepest parameter has 8 parts, and its longest calls name a thousand resources. */
const MOST_PARAMETERS = 5_000;
const MOST_PARTS = 16;
const LONGEST_NAME = 500;
/** As it is sent, encoded: user-data of 16 KB takes 66,000 characters. */
const LONGEST_PARAMETER = 200_000;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    if (/%(?![0-9a-f]{2})/i.test(text))
      throw malformed('The query string contains a percent sign that encodes nothing.');
    throw new ApiError('InvalidParameterValue', 'The query string contains bytes that are not UTF-8.');
  }
}

function pair(text: string): readonly [string, string] {
  if (text.length > LONGEST_PARAMETER) throw malformed('The request has a parameter that is too long.');
  const at = text.indexOf('=');
  const [name, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  return [decoded(name), decoded(value)];
}

/** The parameters by name. Throws for what cannot be decoded, and for a name that is given twice. */
export function readForm(form: string): ReadonlyMap<string, string> {
  const parts = form.split('&', MOST_PARAMETERS + 1);
  if (parts.length > MOST_PARAMETERS) throw malformed('The request has too many parameters.');
  const params = new Map<string, string>();
  for (const part of parts.filter(Boolean)) {
    const [name, value] = pair(part);
    if (name.length > LONGEST_NAME || name.split('.', MOST_PARTS + 1).length > MOST_PARTS)
      throw new ApiError('UnknownParameter', 'The request has a parameter that is not recognized');
    if (params.has(name)) throw malformed(`The parameter ${name} is given more than once.`);
    params.set(name, value);
  }
  return params;
}
