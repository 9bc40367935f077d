// The instance's metadata, version 2 (AWS: "Use the Instance Metadata Service"). Asked only on a node.
import { Agent, type RequestOptions, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { PoolError } from '../../pool/failure.ts';

const TIMEOUT_MS = 1_000;
/** Long enough for every question of one run. */
const TOKEN_SECONDS = 300;

export interface Metadata {
  /** The text below `/latest/meta-data/`; undefined where there is none. Throws where nobody answers. */
  read(path: string): Promise<string | undefined>;
  instanceId(): Promise<string>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const send = (options: RequestOptions): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    asked.on('error', (cause) =>
      reject(new PoolError(`the metadata service does not answer: ${cause.message}`, { cause })),
    );
    asked.end();
  });

/** `host` is another only in tests. */
export function createMetadata(host = '169.254.169.254', port = 80): Metadata {
  const agent = new Agent({ keepAlive: true });
  const ask = (path: string, method: string, headers: Record<string, string>) =>
    send({ host, port, agent, path, method, headers });
  let token: { readonly text: Promise<Answer>; readonly made: number } | undefined;
  const getToken = (): Promise<Answer> => {
    const old = token && Date.now() - token.made > (TOKEN_SECONDS / 2) * 1_000;
    if (token === undefined || old) {
      const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_SECONDS) };
      token = { text: ask('/latest/api/token', 'PUT', headers), made: Date.now() };
      // One failure is not to be remembered.
      token.text.catch(() => {
        token = undefined;
      });
    }
    return token.text;
  };
  const read = async (path: string): Promise<string | undefined> => {
    const { body } = await getToken();
    const headers = { 'x-aws-ec2-metadata-token': body };
    const answer = await ask(`/latest/meta-data/${path}`, 'GET', headers);
    if (answer.status === 404) return undefined;
    if (answer.status === 200) return answer.body;
    throw new PoolError(
      `the metadata service answers ${answer.status} to ${path}; is this a node of a pool?`,
    );
  };
  return {
    read,
    instanceId: async () => {
      const id = await read('instance-id');
      if (id === undefined) throw new PoolError('the metadata service does not know this instance');
      return id;
    },
  };
}
