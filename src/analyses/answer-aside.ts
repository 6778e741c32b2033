/**
 * Long analyses that answers wait for, each on a thread of its own while the answers before it are being worked on: of graphs that are worth it and
 * lie in memory that threads share. What they find does not depend on where.
 */
import type {Csr} from '../base/csr.js';
import {runInThreads} from '../base/ordered-threads.js';
import type {Work} from '../base/progress.js';
import {isShared} from '../base/shared-columns.js';
import type {TypeIndex} from '../base/units.js';
import type {AnalysisColumns} from './analysis-columns.js';
import {computeReferrers} from './referrers.js';
import {computeRetainedByType, type TypedHeap} from './retained-by-type.js';

/** Fewer pointers are followed before a thread has started. */
const WORTH_A_THREAD = 1_000_000;

/** What the thread is asked: the referrers of all nodes, or what these types retain. */
export type AsideTask = 'referrers' | readonly TypeIndex[];

/** As `computeReferrers`. Rejects with `signal.reason` when aborted; the thread ends then. */
export function computeReferrersAside(columns: AnalysisColumns, work?: Work, worthAThread = WORTH_A_THREAD): Promise<Csr> {
  return aside(columns, 'referrers', () => computeReferrers(columns.graph), work, worthAThread);
}

/** As `computeRetainedByType`; rejects likewise. */
export function computeRetainedByTypeAside(
  columns: AnalysisColumns,
  types: readonly TypeIndex[],
  work?: Work,
  worthAThread = WORTH_A_THREAD,
): Promise<Float64Array> {
  return aside(columns, types, () => computeRetainedByType(columns, types), work, worthAThread);
}

/** Whoever awaits it is told of a failure; nobody has to. */
function aside<Result>(
  {graph, reachable}: AnalysisColumns,
  task: AsideTask,
  here: () => Result,
  work: Work | undefined,
  worthAThread: number,
): Promise<Result> {
  const {spans, edges, roots, types} = graph;
  const {count, firstObject, type} = graph.objects;
  // Run from sources (tests), there is no compiled file to start a thread with.
  const isAside = edges.count >= worthAThread && [edges.target, firstObject, type].every(isShared) && import.meta.url.endsWith('.js');
  const {firstEdge, target, notFollowed} = edges; // the other columns would be copied
  const input: TypedHeap = {
    graph: {
      spans: {count: spans.count, slotSize: spans.slotSize},
      edges: {count: edges.count, firstEdge, target, notFollowed},
      roots: {count: roots.count},
      objects: {count, firstObject, type},
      types: {count: types.count},
    },
    reachable,
  };
  const result = isAside ? onThread<Result>(input, task, work) : new Promise<Result>((resolve) => resolve(here()));
  result.catch(() => {});
  return result;
}

async function onThread<Result>(input: TypedHeap, task: AsideTask, work: Work | undefined): Promise<Result> {
  const entry = new URL('./answer-thread.js', import.meta.url);
  const results = runInThreads<AsideTask, Result>({entry, input, tasks: [task], threads: 1, signal: work?.signal});
  for await (const result of results) return result;
  throw new Error('The thread answered nothing.');
}
