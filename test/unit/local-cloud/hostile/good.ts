// Requests that are as they should be, sent amid the hostile ones: each must be answered rightly, and at once.
import type { Hostile } from './requests.ts';
import { ask } from './send.ts';

/** Host and port of each service. */
export type Places = Readonly<Record<Hostile['to'], readonly [host: string, port: number]>>;
type To = Hostile['to'];

/** What the cloud holds that no hostile request names. */
export interface Kept {
  readonly accessKeyId: string;
  readonly secret: string;
  /** The instance that asks metadata, with a tag. */
  readonly instance: string;
  readonly tag: string;
  readonly bucket: string;
  readonly key: string;
  readonly content: string;
}

/** How long a good answer may take (ms). */
const AT_ONCE = 1_000;
/** How long it is waited for (ms): a machine under load is late with everything. */
const PATIENCE = 20_000;
const TOKEN = 'x-aws-ec2-metadata-token';

type Wish = Pick<Hostile, 'to'> & Partial<Hostile>;

const form = (action: string, version: string): Partial<Hostile> => ({
  method: 'POST',
  body: `Action=${action}&Version=${version}`,
});

/**
 * Tells what is wrong with the answer to the good request of this number, at one of `at`; undefined: nothing. Where there
 * is a `bystander`, it is asked the same at the same time, and only what the answer takes longer than its counts.
 */
export async function troubleOf(
  number: number,
  kept: Kept,
  at: Partial<Places>,
  bystander?: Places,
): Promise<string | undefined> {
  const late = bystander ? tookAt(number, kept, bystander) : Promise.resolve(0);
  const { to, answer, expected, took } = await answered(number, kept, at);
  if (!answer.startsWith('HTTP/1.1 200 ')) return `${to} answered: ${answer.slice(0, 300)}`;
  const missing = expected.filter((text) => !answer.includes(text));
  if (missing.length > 0) return `${to} did not say ${missing.join(', ')}: ${answer}`;
  const longer = took - (await late);
  return longer < AT_ONCE ? undefined : `${to} took ${Math.round(longer)} ms longer than it takes`;
}

const tookAt = async (number: number, kept: Kept, at: Places): Promise<number> =>
  (await answered(number, kept, at)).took;

async function answered(number: number, kept: Kept, at: Partial<Places>) {
  const send = async (wish: Wish): Promise<string> => {
    const { accessKeyId, secret } = kept;
    const signature = {
      is: wish.to === 'metadata' ? 'none' : 'key',
      accessKeyId,
      secret,
      header: '',
    } as const;
    const plain = { method: 'GET', path: '/', headers: [], body: '' };
    // Some of them come slowly, as over a bad line.
    const delivery = number % 3 === 0 ? 'drip' : 'whole';
    return await ask({ ...plain, signature, delivery, ...wish }, ...(at as Places)[wish.to], PATIENCE);
  };
  const asked: Record<To, () => Promise<readonly [answer: string, ...expected: string[]]>> = {
    ec2: async () => [
      await send({ to: 'ec2', ...form(`DescribeInstances&InstanceId.1=${kept.instance}`, '2016-11-15') }),
      `<instanceId>${kept.instance}</instanceId>`,
      `<value>${kept.tag}</value>`,
    ],
    sts: async () => [await send({ to: 'sts', ...form('GetCallerIdentity', '2011-06-15') }), '<Account>'],
    s3: async () => [
      await send({ to: 's3', path: `/${kept.bucket}/${kept.key}` }),
      `\r\n\r\n${kept.content}`,
    ],
    metadata: async () => {
      const headers = [[`${TOKEN}-ttl-seconds`, '60']] as const;
      const given = await send({ to: 'metadata', method: 'PUT', path: '/latest/api/token', headers });
      const token = given.split('\r\n\r\n')[1] ?? '';
      const path = '/latest/meta-data/instance-id';
      return [await send({ to: 'metadata', path, headers: [[TOKEN, token]] }), `\r\n\r\n${kept.instance}`];
    },
  };
  const all = Object.keys(asked).filter((to) => to in at) as To[];
  const to = all[number % all.length] as To;
  const start = performance.now();
  const [answer, ...expected] = await asked[to]();
  return { to, answer, expected, took: performance.now() - start };
}
