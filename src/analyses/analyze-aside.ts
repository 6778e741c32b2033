/**
 * The analyses on a thread of their own, for graphs that are worth it: they need only the structure of the graph, so they
 * can run while its types are being assigned. Columns in shared memory are read in place, results come back without a copy.
 */
import {Worker} from 'node:worker_threads';
import type {Work} from '../base/progress.js';
import type {GraphStructure} from '../graph/heap-graph.js';
import type {StructureAnalysis} from './analysis-columns.js';
import {analyzeStructure} from './analyze.js';

/** Fewer objects are analyzed before a thread has started. */
const WORTH_A_THREAD = 200_000;

/** What the thread sends. */
export type AnalysisMessage =
  | {readonly progress: readonly [stage: string, done: number, total: number]}
  | {readonly analysis: StructureAnalysis};

/** As `analyzeStructure`. Rejects with `signal.reason` when aborted; the thread ends then. */
export function analyzeAside(graph: GraphStructure, work?: Work, worthAThread = WORTH_A_THREAD): Promise<StructureAnalysis> {
  const entry = new URL('./analysis-thread.js', import.meta.url);
  // Run from sources (tests), there is no compiled file to start a thread with.
  if (graph.objects.count < worthAThread || !import.meta.url.endsWith('.js')) return analyzeStructure(graph, work);
  const {spans, roots} = graph;
  const {count: edgeCount, firstEdge, wordBytes, slot, target, notFollowed} = graph.edges; // where pointers lead to inside of objects would be copied
  const edges = {count: edgeCount, firstEdge, wordBytes, slot, target, notFollowed};
  const {count, firstObject} = graph.objects;
  const workerData: GraphStructure = {spans, roots, edges, objects: {count, firstObject}};
  return new Promise((resolve, reject) => {
    const worker = new Worker(entry, {workerData});
    const abort = () => {
      reject(work?.signal?.reason);
      void worker.terminate();
    };
    work?.signal?.addEventListener('abort', abort, {once: true});
    worker.on('message', (message: AnalysisMessage) => {
      if ('progress' in message) work?.onProgress?.(...message.progress);
      else resolve(Object.freeze(message.analysis));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      work?.signal?.removeEventListener('abort', abort);
      if (code !== 0) reject(new Error(`The analysis thread ended with code ${code}.`)); // without effect once settled
    });
  });
}
