// Lets a client of the SDK believe only what its service can have said, and wait only while something comes.
import { Readable } from 'node:stream';
import { type Answer, HEAD, hasRoot, strangeHead, strangeWhole } from '../../pool/aws-answer.ts';
import type { Service } from '../../pool/endpoints.ts';
import { type BodyLimits, wholeBody } from './answer-body.ts';
import { LateAnswer, StrangeAnswer } from './answer-trouble.ts';

export interface AnswerLimits {
  /** From the request to the beginning of its answer, ms. */
  readonly requestTimeout: number;
  /** In which the next 10 KiB of an answer, or its end, must come; ms. */
  readonly pace: number;
  /** From the request to the end of its answer, ms. */
  readonly whole: number;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Answer['headers'];
  body: unknown;
}

/** The part of an SDK's client that this is about. */
interface Client {
  readonly middlewareStack: {
    add(
      // biome-ignore lint/suspicious/noExplicitAny: each client's own types of requests and answers
      middleware: (next: any, context: any) => any,
      options: { step: 'deserialize'; priority: 'low'; name: string },
    ): void;
  };
}

const headOf = (soFar: Buffer): string => soFar.subarray(0, HEAD).toString();

/** Throws StrangeAnswer as soon as that can be known. */
async function believed(
  service: Service,
  action: string,
  response: Response,
  limits: BodyLimits,
): Promise<Buffer> {
  const { statusCode: status, headers, body } = response;
  const refuse = (what: string | undefined) => {
    if (what) throw new StrangeAnswer(status, what);
  };
  const look = (soFar: Buffer): boolean => {
    const head = headOf(soFar);
    if (!hasRoot(head)) return true;
    refuse(strangeHead(service, action, { status, headers, head }));
    return false;
  };
  const all = await wholeBody(body as Readable, limits, look);
  refuse(strangeHead(service, action, { status, headers, head: headOf(all) }));
  refuse(strangeWhole(service, status, all.toString('latin1')));
  return all;
}

/** As the handler of the SDK says it; the system's own is of a connection that never was. */
const isSilence = (error: unknown): boolean => {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === 'ETIMEDOUT' && syscall === undefined;
};

/** Silence is asked again once, and only while the whole call is young. */
class Patience {
  #began: number | undefined;
  #silences = 0;
  readonly #limits: AnswerLimits;

  constructor(limits: AnswerLimits) {
    this.#limits = limits;
  }

  start(): number {
    const now = performance.now();
    this.#began ??= now;
    return now;
  }

  spent(error: unknown): unknown {
    if (!isSilence(error)) return error;
    this.#silences += 1;
    const age = performance.now() - (this.#began ?? 0);
    const isLast = this.#silences > 1 || age > this.#limits.requestTimeout * 1.1;
    return new LateAnswer(error instanceof LateAnswer ? error.came : undefined, isLast);
  }
}

/** The same client, whose calls fail with StrangeAnswer or LateAnswer. */
export function onlyAnswersOf<C extends Client>(service: Service, client: C, limits: AnswerLimits): C {
  client.middlewareStack.add(
    (next, context) => {
      const action = String(context.commandName).replace(/Command$/, '');
      const patience = new Patience(limits);
      return async (args: unknown) => {
        const began = patience.start();
        try {
          const answer = await next(args);
          const whole = limits.whole - (performance.now() - began);
          const body = await believed(service, action, answer.response, { pace: limits.pace, whole });
          // Only S3 has answers that are read as a stream.
          answer.response.body = service === 'S3' ? Readable.from([body], { objectMode: false }) : body;
          return answer;
        } catch (error) {
          throw patience.spent(error);
        }
      };
    },
    { step: 'deserialize', priority: 'low', name: 'onlyAnswersOf' },
  );
  return client;
}
