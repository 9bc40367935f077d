// What the holder of the address tells: its HAProxy on every way that leads to it, and its sshd.
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Heard } from '../../pool/claim.ts';

/** A holder that is silent is asked again this often, ms. */
const EVERY_MS = 400;
const TICK_MS = 10;

/** What is decided about it elsewhere (src/fail-safety/life.ts). */
export interface Rule {
  readonly isAlive: (heard: readonly Heard[]) => boolean;
  /** So long all ways must be silent, ms. */
  readonly silence: number;
}

/** Where to ask: URLs that HAProxy answers by itself, and the machine's own address. */
export interface Ways {
  readonly haproxy: readonly string[];
  readonly sshd: string;
}

/** One way, with the best sign that any question on it has brought. */
class Way {
  readonly of: Heard['of'];
  sign: Heard['sign'] = 'silent';
  readonly #open: (way: Way) => () => void;
  readonly #closes: (() => void)[] = [];

  /** `open` asks once, tells the way what it hears, and gives what ends the question. */
  constructor(of: Heard['of'], open: (way: Way) => () => void) {
    this.of = of;
    this.#open = open;
  }

  ask(): void {
    this.#closes.push(this.#open(this));
  }

  hears(sign: 'answers' | 'takes'): void {
    if (this.sign !== 'answers') this.sign = sign;
  }

  end(): void {
    for (const close of this.#closes) close();
  }
}

const listen = (socket: Socket, way: Way): void => {
  socket.once('connect', () => way.hears('takes'));
};

const haproxy = (url: string): Way =>
  new Way('haproxy', (way) => {
    const question = request(url, { agent: false }, (response) => {
      way.hears('answers');
      response.destroy();
    });
    question.once('socket', (socket) => listen(socket, way));
    question.on('error', () => undefined).end();
    return () => void question.destroy();
  });

/** RFC 4253, 4.2: a server says its version by itself, `SSH-2.0-…`. */
const sshd = (host: string, port: number): Way =>
  new Way('sshd', (way) => {
    const socket = connect(port, host);
    listen(socket, way);
    socket.once('data', (said) => {
      if (said.toString('latin1').startsWith('SSH-')) way.hears('answers');
      socket.destroy();
    });
    socket.on('error', () => undefined);
    return () => void socket.destroy();
  });

/**
 * Asks on all ways again and again, until one of them brings a sign of life or all are silent for as long as a claim
 * needs. Time is counted in small pieces, so that what this process itself lost does not count as the other's silence.
 */
export async function heardFrom(
  ways: Ways,
  { isAlive, silence }: Rule,
  sshPort = 22,
): Promise<readonly Heard[]> {
  const all = [...ways.haproxy.map(haproxy), sshd(ways.sshd, sshPort)];
  try {
    for (let waited = 0; waited < silence && !isAlive(all); waited += TICK_MS) {
      if (waited % EVERY_MS === 0) for (const way of all) way.ask();
      await delay(TICK_MS);
    }
    return all.map(({ of, sign }) => ({ of, sign }));
  } finally {
    for (const way of all) way.end();
  }
}
