// The example app, as a node runs it: a process of its own on a free port.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const folder = new URL('../../../examples/hello/', import.meta.url).pathname;
const started: ChildProcess[] = [];

async function startHello(): Promise<{ process: ChildProcess; url: string }> {
  const env = { ...process.env, PORT: '0', POOL_NODE: 'node7', POOL_INSTANCE_ID: 'i-0abc' };
  const child = spawn(process.execPath, ['server.js'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const [line] = await once(child.stdout, 'data');
  return { process: child, url: `http://127.0.0.1:${/port (\d+)/.exec(String(line))?.[1]}` };
}

/** Asks over one kept connection, without the pooling that fetch does behind our back. */
async function ask(url: string, agent: Agent): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  response.resume();
  return response;
}

describe('the hello app', () => {
  let url = '';
  beforeAll(async () => {
    ({ url } = await startHello());
  });
  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
  });

  test('names the node that answers', async () => {
    const response = await fetch(`${url}/?from=test`);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/^Hello from node7 \(i-0abc, .+\)\n$/);
  });

  test('is healthy', async () => {
    const response = await fetch(`${url}/health`);
    expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
  });

  test.for([
    '/work',
    '/work?ms=',
    '/work?ms=x',
    '/work?ms=-1',
    '/work?ms=60001',
    '/sleep?ms=1e9',
    '/sleep?ms=1.5',
  ])('%s is refused', async (path) => {
    expect((await fetch(url + path)).status).toBe(400);
  });

  test.for(['/nowhere', '/toString', '/__proto__', '//'])('%s is not found', async (path) => {
    expect((await fetch(url + path)).status).toBe(404);
  });

  test('sleeps for as long as asked', async () => {
    const before = performance.now();
    expect(await (await fetch(`${url}/sleep?ms=80`)).text()).toBe('slept 80 ms on node7\n');
    expect(performance.now() - before).toBeGreaterThanOrEqual(78);
  });

  test('answers others while it works', async () => {
    const order: string[] = [];
    const work = fetch(`${url}/work?ms=400`).then(() => order.push('work'));
    await fetch(`${url}/health`).then(() => order.push('health'));
    await work;
    expect(order).toEqual(['health', 'work']);
  });
});

describe('the hello app, told to end', () => {
  const agent = new Agent({ keepAlive: true });
  afterEach(() => {
    agent.destroy();
    for (const child of started) child.kill('SIGKILL');
  });

  test('finishes the open request, takes no other, and exits 0', async () => {
    const { process: child, url } = await startHello();
    await ask(`${url}/health`, agent);
    const open = ask(`${url}/sleep?ms=300`, agent);
    // The second answer shows that the request before it has arrived.
    await ask(`${url}/health`, new Agent());
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const response = await open;
    expect([response.statusCode, response.headers.connection]).toEqual([200, 'close']);
    expect(await exit).toEqual([0, null]);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  test('says which port it cannot have', async () => {
    const { url } = await startHello();
    const env = { ...process.env, PORT: new URL(url).port };
    const child = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [[text], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')]);
    expect(String(text)).toContain(`hello cannot listen on port ${env.PORT}`);
    expect(code).toBe(1);
  });
});
