// What stands between a command and EC2, counts the requests, and holds one up: before it is sent, or its answer.
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** `before`: the request never arrives; `after`: it took effect, and nobody sees the answer. Requests count from 1. */
export interface Moment {
  readonly call: number;
  readonly side: 'before' | 'after';
}

export class Tollgate {
  readonly #to: URL;
  readonly #server: Server;
  /** The actions asked for, in their order. */
  asked: string[] = [];
  #moment: Moment | undefined;
  #reached: () => void = () => undefined;

  private constructor(to: string) {
    this.#to = new URL(to);
    this.#server = createServer(
      (asked, answer) => void this.#pass(asked, answer).catch(() => answer.destroy()),
    );
  }

  static async open(to: string): Promise<Tollgate> {
    const gate = new Tollgate(to);
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Counts anew. Calls back when the moment has come; whoever asked waits for ever. */
  watch(moment: Moment | undefined, reached: () => void = () => undefined): void {
    this.asked = [];
    this.#moment = moment;
    this.#reached = reached;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(asked);
    const count = this.asked.push(new URLSearchParams(body.toString()).get('Action') ?? asked.url ?? '');
    const { call, side } = this.#moment ?? {};
    if (count === call && side === 'before') return this.#reached();
    const said = await this.#forward(asked, body);
    if (count === call) return this.#reached();
    answer.writeHead(said.status, said.headers).end(said.body);
  }

  /** With the caller's own Host: it is part of what was signed. */
  #forward({ method, url, headers }: IncomingMessage, body: Buffer) {
    const { hostname, port } = this.#to;
    return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>(
      (resolve, reject) => {
        const onward = request({ hostname, port, method, path: url, headers, agent: false }, (response) => {
          const { statusCode: status = 502, headers: said } = response;
          buffer(response).then((text) => resolve({ status, headers: said, body: text }), reject);
        });
        onward.on('error', reject).end(body);
      },
    );
  }
}
