// Sends a hostile request byte by byte as it stands, which no library for HTTP would, and reads what is answered.
import { createHash, createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Hostile } from './requests.ts';
import type { Twist } from './strangers.ts';

/** How long an answer may take (ms) before nobody waits for it any more. */
const PATIENCE = 1_000;

const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const clock = (minutes: number): string =>
  new Date(Date.now() + minutes * 60_000).toISOString().replace(/[-:]|\.\d+/g, '');

const MINUTES: Partial<Record<Twist, number>> = { stale: -20, ahead: 20 };
const PARTS: readonly Twist[] = ['day', 'region', 'service', 'end'];
const OTHER_PARTS = ['20200101', 'xx-nowhere-9', 'iam', 'aws5_request'];
const SIGNATURES: Partial<Record<Twist, (signature: string) => string>> = {
  cut: (signature) => signature.slice(0, 63),
  empty: () => '',
  long: (signature) => `${signature}0`,
};

const canonicalPath = (path: string): string =>
  path
    .split('/')
    .map((part) => encoded(decoded(part)))
    .join('/');

const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .filter(Boolean)
    .map((pair) => pair.split(/=(.*)/s))
    .map(([name = '', value = '']) => `${encoded(decoded(name))}=${encoded(decoded(value))}`)
    .sort()
    .join('&');

/** Version 4, over the host and the date, for whatever the request is; a twist makes it wrong. */
function signed({ to, signature, method, path, body }: Hostile, host: string): [string, string][] {
  const { twist } = signature;
  const date = clock((twist && MINUTES[twist]) ?? 0);
  const scope = [date.slice(0, 8), 'us-east-1', to === 'metadata' ? 'ec2' : to, 'aws4_request'].map(
    (part, index) => (twist === PARTS[index] ? (OTHER_PARTS[index] ?? '') : part),
  );
  const [bare = '', query = ''] = path.split(/\?(.*)/s);
  const payload = to === 's3' ? 'UNSIGNED-PAYLOAD' : sha256(body);
  const sent: [string, string][] = [
    ['host', host],
    ['x-amz-content-sha256', payload],
    ['x-amz-date', date],
  ];
  const covered = sent.filter(([name]) => twist !== 'host' || name !== 'host');
  const names = covered.map(([name]) => name).join(';');
  const canonical = [
    twist === 'method' ? 'PATCH' : method,
    canonicalPath(twist === 'path' ? `${bare}x` : bare),
    canonicalQuery(query),
    covered.map(([name, value]) => `${name}:${value}\n`).join(''),
    names,
    payload,
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${signature.secret}`);
  const plain = hmac(key, text).toString('hex');
  const made = (twist && SIGNATURES[twist]?.(plain)) ?? plain;
  const credential = [signature.accessKeyId, ...scope].join('/');
  const header = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${made}`;
  return [...sent, ['authorization', signature.header || header]];
}

/** The request as it goes over the wire, byte by character. */
export function written(hostile: Hostile, host: string): string {
  const { signature, method, path, headers, body, delivery } = hostile;
  const trust = signature.is === 'none' ? ([['host', host]] as const) : signed(hostile, host);
  const length =
    delivery === 'chunks'
      ? (['transfer-encoding', 'chunked'] as const)
      : (['content-length', String(body.length)] as const);
  const lines = [...trust, length, ...headers, ['connection', 'close'] as const];
  const sent = delivery === 'chunks' ? `fffffff\r\n${body}\r\nzz\r\n` : body;
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${sent}`;
}

async function deliver(socket: Socket, text: string, { delivery }: Hostile): Promise<void> {
  const bytes = Buffer.from(text, 'latin1');
  const half = bytes.subarray(0, Math.ceil(bytes.length / 2));
  if (delivery === 'whole' || delivery === 'chunks') return void socket.write(bytes);
  if (delivery === 'drip') {
    for (let at = 0; at < 20; at++) {
      socket.write(bytes.subarray(at * 7, at * 7 + 7));
      await wait(2);
    }
    return void socket.write(bytes.subarray(140));
  }
  socket.write(half);
  if (delivery === 'silence') await wait(150);
  if (delivery === 'end') socket.end();
  else socket.resetAndDestroy();
}

/** All that is answered, as it comes, to whatever `deliver` sends; nothing where the connection breaks off. */
async function heard(
  host: string,
  port: number,
  patience: number,
  deliver: (socket: Socket) => Promise<void>,
): Promise<string> {
  const socket = connect({ port, host });
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  const over = new Promise<void>((resolve) => {
    socket.on('error', () => resolve()).on('close', () => resolve());
    socket.setTimeout(patience, () => socket.destroy());
  });
  await deliver(socket).catch(() => {});
  await over;
  return answer;
}

/** What is answered to these bytes. */
export const say = (text: string, host: string, port: number): Promise<string> =>
  heard(host, port, PATIENCE, async (socket) => void socket.write(Buffer.from(text, 'latin1')));

/** What is answered to the request, where silence takes no longer than `patience` (ms). */
export const ask = (hostile: Hostile, host: string, port: number, patience = PATIENCE): Promise<string> =>
  heard(host, port, patience, (socket) => deliver(socket, written(hostile, `${host}:${port}`), hostile));

/** The status of every answer but "go on". */
export const statusesIn = (answer: string): number[] =>
  [...answer.matchAll(/HTTP\/1\.1 (?!100)(\d{3}) /g)].map(([, status]) => Number(status));

/** The status of every answer that came; none where the connection broke off. */
export const attack = async (hostile: Hostile, host: string, port: number): Promise<number[]> =>
  statusesIn(await ask(hostile, host, port));
