/** Sends deliveries from a thread of its own, so that the stand-ins, which answer in the main one, delay no measurement. */
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type Delivery, deliver } from './deliver.ts';
import type { Load } from './load.ts';

async function inFlight(deliveries: readonly Delivery[], width: number): Promise<number[]> {
  const times: number[] = [];
  const waiting = deliveries.values();
  const lane = async () => {
    for (const delivery of waiting) times.push(await deliver(delivery));
  };
  await Promise.all(Array.from({ length: width }, lane));
  return times;
}

/** One after the other, whether or not the one before was answered. */
async function paced(deliveries: readonly Delivery[], perSecond: number): Promise<number[]> {
  const from = performance.now();
  const answers: Promise<number>[] = [];
  for (const [index, delivery] of deliveries.entries()) {
    const wait = from + (index * 1_000) / perSecond - performance.now();
    if (wait > 1) await pause(wait);
    const answer = deliver(delivery);
    // It is heard of below; until then it must not end the process.
    answer.catch(() => undefined);
    answers.push(answer);
  }
  return Promise.all(answers);
}

const { deliveries, pace } = workerData as Load;
const times = 'width' in pace ? inFlight(deliveries, pace.width) : paced(deliveries, pace.perSecond);
parentPort?.postMessage(await times);
