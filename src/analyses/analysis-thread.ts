/**
 * The entry of the thread that `analyze-aside` starts: one graph in, one analysis out.
 */
import {parentPort, workerData} from 'node:worker_threads';
import type {GraphStructure} from '../graph/heap-graph.js';
import {analyzeStructure} from './analyze.js';
import type {AnalysisMessage} from './analyze-aside.js';

const port = parentPort!; // this file is only ever run as a thread
const send = (message: AnalysisMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

const analysis = await analyzeStructure(workerData as GraphStructure, {onProgress: (...progress) => send({progress})});
const columns = [...Object.values(analysis), ...analysis.spare].filter((value): value is Uint8Array<ArrayBuffer> =>
  ArrayBuffer.isView(value),
);
send(
  {analysis},
  [...new Set(columns.map((column) => column.buffer))], // columns may lie in one
);
