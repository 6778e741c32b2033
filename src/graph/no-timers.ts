/**
 * Where nothing tells of timers: a dump that lacks them, a database of an older goheap, a graph of a few lines of text.
 */
import type {TimerTable} from './heap-graph.js';

export const NO_TIMERS: TimerTable = {
  count: 0,
  address: new Float64Array(),
  object: new Uint32Array(),
  kind: new Uint8Array(),
  when: new Float64Array(),
  left: new Float64Array(),
  period: new Float64Array(),
  functionName: new Uint32Array(),
  argument: new Uint32Array(),
};
