// One thread that keeps one core busy for the milliseconds it is given.
import { workerData } from 'node:worker_threads';

const end = performance.now() + workerData;
while (performance.now() < end);
