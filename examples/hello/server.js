// An app to serve: says which node answered, burns CPU or waits on request, and ends without dropping anybody.
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { Worker } from 'node:worker_threads';

const longest = 60_000;
const { PORT = '8001', POOL_NODE = 'a node of no pool', POOL_INSTANCE_ID = 'no instance' } = process.env;
let draining = false;

function answer(response, status, text) {
  // A drained connection must not be offered for the next request.
  if (draining) response.setHeader('Connection', 'close');
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** Milliseconds out of the query, or undefined when they are no whole number from 0 to the longest allowed. */
function milliseconds(query) {
  const text = query.get('ms') ?? '';
  return /^\d{1,6}$/.test(text) && Number(text) <= longest ? Number(text) : undefined;
}

/** Each request burns in a thread of its own, so that one node can use all its cores and still answer /health. */
function burn(ms) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./burn.js', import.meta.url), { workerData: ms });
    worker.once('error', reject);
    worker.once('exit', resolve);
  });
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers after `act` has taken the asked time. */
async function takeTime(response, query, act, done) {
  const ms = milliseconds(query);
  if (ms === undefined) return answer(response, 400, `ms must be a whole number from 0 to ${longest}`);
  await act(ms);
  answer(response, 200, `${done} ${ms} ms on ${POOL_NODE}`);
}

const pages = {
  '/': (response) => answer(response, 200, `Hello from ${POOL_NODE} (${POOL_INSTANCE_ID}, ${hostname()})`),
  '/health': (response) => answer(response, 200, 'ok'),
  '/work': (response, query) => takeTime(response, query, burn, 'worked'),
  '/sleep': (response, query) => takeTime(response, query, sleep, 'slept'),
};

const server = createServer(async ({ url }, response) => {
  const [path, query] = url.split('?', 2);
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  try {
    await (page ?? (() => answer(response, 404, 'not found')))(response, new URLSearchParams(query));
  } catch (error) {
    answer(response, 500, error.message);
  }
});

// Longer than a balancer keeps an idle connection: else it could send a request into one that is closing.
server.keepAliveTimeout = 65_000;

server.on('error', (error) => {
  console.error(`hello cannot listen on port ${PORT}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(PORT), () => console.log(`hello listens on port ${server.address().port}`));

process.on('SIGTERM', () => {
  draining = true;
  // Idle connections are closed at once, open requests are finished; then nothing keeps the process alive.
  server.close();
});
