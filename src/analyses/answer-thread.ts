/**
 * The entry of the threads that `answer-aside` starts: a task in, its result out.
 */
import {parentPort, workerData} from 'node:worker_threads';
import type {AsideTask} from './answer-aside.js';
import {computeReferrers} from './referrers.js';
import {computeRetainedByType, type TypedHeap} from './retained-by-type.js';

const port = parentPort!; // this file is only ever run as a thread
const heap = workerData as TypedHeap;

port.on('message', (task: AsideTask) => {
  if (task === 'referrers') {
    const {first, item} = computeReferrers(heap.graph);
    port.postMessage({first, item}, [first.buffer as ArrayBuffer, item.buffer as ArrayBuffer]);
  } else {
    const bytes = computeRetainedByType(heap, task);
    port.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
  }
});
