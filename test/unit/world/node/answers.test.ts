// The questions to a holder, against real sockets on this machine.
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createListener, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../../../../src/fail-safety/life.ts';
import { heardFrom } from '../../../../src/world/node/answers.ts';

const silence = 800;

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const web = async (answer: RequestListener) => urlOf(await listening(createServer(answer)));
const urlOf = (port: number): string => `http://127.0.0.1:${port}/.poolparty-alive`;
const mute = (): Promise<number> => listening(createListener(() => undefined));
const speaks = (word: string): Promise<number> =>
  listening(createListener((socket) => void socket.write(word)));
/** Port 1 of this machine: nobody listens there. */
const NOBODY = 1;

/** What is heard, and how long that took, ms. */
async function heard(haproxy: readonly string[], sshPort: number) {
  const began = performance.now();
  const all = await heardFrom({ haproxy, sshd: '127.0.0.1' }, { isAlive, silence }, sshPort);
  const [address, inside, sshd] = all.map(({ sign }) => sign);
  return { signs: [address, inside, sshd], isAlive: isAlive(all), took: performance.now() - began };
}

test.for([200, 302, 404, 500])('row 83: HTTP %i on one way is life, at once', async (status) => {
  const url = await web((_, response) => void response.writeHead(status).end());
  const found = await heard([urlOf(NOBODY), url], NOBODY);
  expect(found).toMatchObject({ isAlive: true, signs: ['silent', 'answers', 'silent'] });
  expect(found.took).toBeLessThan(silence);
});

test('row 83: an answer that takes half of the time is life', async () => {
  const url = await web(async (_, response) => {
    await delay(silence / 2);
    response.end();
  });
  expect(await heard([url, urlOf(NOBODY)], NOBODY)).toMatchObject({ isAlive: true });
});

test('a HAProxy that was restarting is asked again, and heard', async () => {
  let requests = 0;
  const url = await web((request, response) => {
    requests += 1;
    if (requests === 1) request.socket.destroy();
    else response.end();
  });
  expect(await heard([url, urlOf(NOBODY)], NOBODY)).toMatchObject({ isAlive: true });
});

test('row 82: one that takes connections and says nothing lives where its sshd speaks', async () => {
  const found = await heard([urlOf(await mute()), urlOf(NOBODY)], await speaks('SSH-2.0-OpenSSH_9.2\r\n'));
  expect(found).toMatchObject({ isAlive: true, signs: ['takes', 'silent', 'answers'] });
});

test.for([
  [
    'nobody listens',
    async () => [urlOf(NOBODY), urlOf(NOBODY), NOBODY] as const,
    ['silent', 'silent', 'silent'],
  ],
  [
    'frozen: the kernel alone takes connections',
    async () => [urlOf(await mute()), urlOf(await mute()), await mute()] as const,
    ['takes', 'takes', 'takes'],
  ],
  [
    'the sshd alone',
    async () => [urlOf(NOBODY), urlOf(NOBODY), await speaks('SSH-2.0-x\r\n')] as const,
    ['silent', 'silent', 'answers'],
  ],
  [
    'something else at the port of sshd',
    async () => [urlOf(await mute()), urlOf(NOBODY), await speaks('220 mail\r\n')] as const,
    ['takes', 'silent', 'takes'],
  ],
] as const)('no life is told after the whole of the time: %s', async ([, made, signs]) => {
  const [address, inside, sshPort] = await made();
  const found = await heard([address, inside], sshPort);
  expect(found).toMatchObject({ isAlive: false, signs });
  expect(found.took).toBeGreaterThanOrEqual(silence - 50);
});
