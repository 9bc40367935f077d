// A thread of its own: a visitor every 50 ms, each on a connection of its own, whatever the benchmark waits for.
import { get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const every = 50;
const patience = 2_000;
let last = performance.now();
let longest = 0;

function visit() {
  const signal = AbortSignal.timeout(patience);
  const request = get(workerData, { agent: false, signal }, (response) => {
    response.on('error', () => undefined);
    response.resume().on('end', () => {
      if (response.statusCode !== 200) return;
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    });
  });
  request.on('error', () => undefined);
}

const timer = setInterval(visit, every);
parentPort.once('message', () => {
  clearInterval(timer);
  parentPort.postMessage(Math.max(longest, performance.now() - last));
  parentPort.close();
});
