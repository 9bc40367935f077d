// What an answer of AWS's has that nobody else's has: a root of its own and, for EC2 and STS, the id of its request.
import type { Service } from './endpoints.ts';

/** The beginning of an answer, in characters: enough for its root. */
export const HEAD = 4096;

const ROOT = /^\s*(?:<\?[^>]*\?>\s*|<!--[^>]*-->\s*)*<([A-Za-z_][\w.:-]*)((?:[\s/][^>]*)?)>/;

export interface Answer {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its first `HEAD` characters, or all of it. */
  readonly head: string;
}

type Judge = (action: string, answer: Answer) => string | undefined;

/** Is its root known, or that it has none? */
export const hasRoot = (head: string): boolean =>
  head.length >= HEAD || ROOT.test(head) || /^\s*[^\s<]/.test(head);

const isHtml = (head: string): boolean => /<(?:!doctype\s+html|html)[\s>]/i.test(head);

/** For the person who is told that it is not what was expected. */
function described(head: string): string {
  if (head.trim() === '') return 'an empty answer';
  if (isHtml(head)) return 'an HTML page';
  const root = ROOT.exec(head)?.[1];
  return root ? `XML whose root is <${root.slice(0, 60)}>` : 'something that is no XML';
}

function rooted(name: string, namespace: RegExp): (head: string) => string | undefined {
  return (head) => {
    const [, root, attributes = ''] = ROOT.exec(head) ?? [];
    if (root !== name) return described(head);
    return namespace.test(attributes) ? undefined : `XML that is in no namespace of AWS's`;
  };
}

/** S3's way to refuse, in which neither EC2 nor STS speaks. */
const isOfS3 = (head: string): boolean => ROOT.exec(head)?.[1] === 'Error';

const query =
  (namespace: RegExp): Judge =>
  (action, { status, head }) => {
    if (status >= 300) return isOfS3(head) ? described(head) : undefined;
    if (status !== 200) return described(head);
    return rooted(`${action}Response`, namespace)(head);
  };

/** What has an ETag with every server of this kind. */
const TAGGED = ['GetObject', 'PutObject'];

/** What nothing but its status, its headers and perhaps some XML says. Some call nothing at all HTML. */
function bare(action: string, { headers, head }: Answer): string | undefined {
  const isNamed = Object.keys(headers).some((name) => name.startsWith('x-amz'));
  const isCalledHtml = !isNamed && /html/.test(headers['content-type'] ?? '');
  if (head.trim() === '') return isCalledHtml && action === 'HeadBucket' ? 'an HTML page' : undefined;
  return ROOT.test(head) && !isHtml(head) && !isCalledHtml ? undefined : described(head);
}

/**
 * Servers that speak as S3 does differ in what they add: many send no id of the request. Only what all of them have is asked for.
 */
function ofS3(action: string, answer: Answer): string | undefined {
  const { status, headers, head } = answer;
  if (status >= 300) return undefined;
  if (TAGGED.includes(action)) return headers['etag'] ? undefined : described(head);
  if (action === 'ListObjectsV2') return rooted('ListBucketResult', /(?:)/)(head);
  return action === 'HeadBucket' && status !== 200 ? described('') : bare(action, answer);
}

const JUDGES: Readonly<Record<Service, Judge>> = {
  EC2: query(/\sxmlns=["']https?:\/\/ec2\.amazonaws\.com\/doc\//),
  STS: query(/\sxmlns=["']https?:\/\/sts\.amazonaws\.com\/doc\//),
  S3: ofS3,
};

/** What answers in the place of `service`, by the beginning of an answer to `action`; undefined where it is the service. */
export const strangeHead = (service: Service, action: string, answer: Answer): string | undefined =>
  JUDGES[service](action, answer);

const ID = /<requestid>\s*[^<\s]/i;

/** The same, by all of it. The id stands first with EC2 and last with STS. */
export function strangeWhole(service: Service, status: number, text: string): string | undefined {
  if (service === 'S3' || status >= 300) return undefined;
  return ID.test(text) ? undefined : 'XML without the id of a request';
}
