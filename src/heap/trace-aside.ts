/**
 * The pass over the spans on several threads: each traces a run of spans at a time, which are joined in their order. Where the program's types are
 * damaged nothing is joined: what is said of them depends on who met them first.
 */
import {runInThreads} from '../base/ordered-threads.js';
import type {Work} from '../base/progress.js';
import {shareColumns} from '../base/shared-columns.js';
import type {Bytes} from '../base/units.js';
import type {Warning} from '../base/warnings.js';
import {type ImageParts, takeApart} from '../image/image-parts.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import type {RuntimeSpans} from '../runtime/memory/spans.js';
import type {TypePlaces, TypeWords} from '../runtime/types/type-words.js';
import type {SpanRun} from './edge-tracer.js';
import type {ObjectIndexTable} from './find-objects.js';
import {JoinedEdges, type RunEdges, type SharedEdges} from './joined-edges.js';
import type {TracedEdges} from './traced-edges.js';

/** Bytes of scannable spans that a thread traces at a time: the results of a run take a tenth to a half of it. */
const RUN: Bytes = 2 ** 25;
/** Runs from which on threads are worth their start. */
const LEAST_RUNS = 4;
/** Two threads gain what starting them, compiling the loop twice and each other's cache misses cost: 6.3 to 7.6 s of CPU for 4.6 to 5.6. */
const LEAST_THREADS = 3;

/** What a thread begins with. */
export interface TraceInput extends Pick<RuntimeSpans, 'inlineMarks' | 'largeType'> {
  readonly image: ImageParts;
  readonly minor: number;
  readonly index: ObjectIndexTable;
  readonly typePlaces: TypePlaces;
  readonly shared: SharedEdges;
}
/** What it makes of a run. */
export interface TracedRun {
  readonly run: SpanRun;
  readonly edges: RunEdges;
  readonly missing: Bytes;
  readonly warnings: readonly Warning[];
  readonly isDamaged: boolean; // a type could not be read
}

/** Undefined where threads do not pay or cannot do it. Rejects with `signal.reason` when aborted; the threads end then. */
export async function traceAside(
  {image, minor, warnings}: GoRuntime,
  {heapBitmap, inlineMarks, largeType}: RuntimeSpans,
  index: ObjectIndexTable,
  {itabs, ranges}: TypeWords,
  threads: number,
  work: Work,
  runBytes = RUN,
): Promise<{edges: TracedEdges; missing: Bytes} | undefined> {
  const runs = splitSpans(index, runBytes);
  // Run from sources (tests), there is no compiled file to start a thread with.
  if (threads < LEAST_THREADS || runs.length < LEAST_RUNS || heapBitmap || !import.meta.url.endsWith('.js')) return undefined;
  const parts = takeApart(image);
  if (!parts) return undefined;
  const joined = new JoinedEdges(index, runs.length);
  const input: TraceInput = {
    image: parts,
    minor,
    index: {...index, spans: shareColumns(index.spans)},
    ...shareColumns({inlineMarks, largeType}),
    typePlaces: {itabs, ranges},
    shared: joined.shared,
  };
  const told: Warning[] = [];
  let missing = 0;
  const entry = new URL('./trace-thread.js', import.meta.url);
  for await (const traced of runInThreads<SpanRun, TracedRun>({entry, input, tasks: runs, threads, signal: work.signal})) {
    if (traced.isDamaged) return undefined;
    joined.append(traced.edges);
    missing += traced.missing;
    told.push(...traced.warnings);
    work.onProgress?.('reading pointers', traced.run.to, index.spans.count);
  }
  for (const {code, message, count} of told) warnings.add(code, message, count);
  return {edges: joined.finish(), missing};
}

/** All spans, in runs of so many bytes that are to be read. */
function splitSpans({spans}: ObjectIndexTable, runBytes: Bytes): SpanRun[] {
  const runs: SpanRun[] = [];
  let from = 0;
  let bytes = 0;
  for (let span = 0; span < spans.count; span++) {
    if (spans.scan[span] === 1 && spans.allocated[span]! > 0) bytes += spans.length[span]!;
    if (bytes < runBytes && span + 1 < spans.count) continue;
    runs.push({number: runs.length, from, to: span + 1});
    from = span + 1;
    bytes = 0;
  }
  return runs;
}
