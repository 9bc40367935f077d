// Writes answers as EC2 and STS do: the SDK's serializer makes the body, the envelope is ours.
import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import type { ApiError } from './errors.ts';
import { carried } from './text.ts';

export type Service = 'ec2' | 'sts';

const NAMESPACES: Record<Service, string> = {
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const serializer = new XmlShapeSerializer({
  timestampFormat: { useTrait: true, default: 5 },
  xmlNamespace: '',
  serviceNamespace: '',
});

/** In characters: an error repeats what was asked, which may name a thousand resources. */
const LONGEST_MESSAGE = 64 * 1024;

const escaped = (text: string): string =>
  carried(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function body(operation: StaticOperationSchema, result: object): string {
  const schema = NormalizedSchema.of(operation[5]);
  if (!schema.isStructSchema()) return '';
  serializer.write(schema, result);
  // What an earlier version took and kept must not make an answer unreadable.
  const text = carried(String(serializer.flush()));
  return text.slice(text.indexOf('>') + 1, Math.max(text.lastIndexOf('</'), 0));
}

/** The whole answer to a call that went well; `result` has the shape of the operation's output. */
export function writeResult(
  service: Service,
  operation: StaticOperationSchema,
  result: object,
  requestId: string,
): string {
  const name = operation[2];
  const inner = body(operation, result);
  const content =
    service === 'ec2'
      ? `<requestId>${requestId}</requestId>${inner}`
      : `<${name}Result>${inner}</${name}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return `${HEAD}<${name}Response xmlns="${NAMESPACES[service]}">${content}</${name}Response>`;
}

/** The whole answer to a call that failed. */
export function writeError(service: Service, error: ApiError, requestId: string): string {
  const message = escaped(error.message.slice(0, LONGEST_MESSAGE));
  const detail = `<Code>${escaped(error.code)}</Code><Message>${message}</Message>`;
  if (service === 'ec2')
    return `${HEAD}<Response><Errors><Error>${detail}</Error></Errors><RequestID>${requestId}</RequestID></Response>`;
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  return `${HEAD}<ErrorResponse xmlns="${NAMESPACES.sts}"><Error><Type>${type}</Type>${detail}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}
