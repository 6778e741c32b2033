/**
 * The pass over the scannable spans, on one thread or on several. Runs of spans are traced in any order and joined in theirs, so that the result is
 * the same for any number of threads.
 */
import {checkpoint, type Work} from '../base/progress.js';
import type {Bytes} from '../base/units.js';
import {CHUNK} from '../image/sequential-reader.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import type {RuntimeSpans} from '../runtime/memory/spans.js';
import type {TypeWords} from '../runtime/types/type-words.js';
import {EdgeTracer, tracedMemory} from './edge-tracer.js';
import type {ObjectIndexTable} from './find-objects.js';
import {traceAside} from './trace-aside.js';
import type {TracedEdges} from './traced-edges.js';

const CHECKPOINT_BYTES = 8 * CHUNK;

export async function traceEdges(
  go: GoRuntime,
  runtime: RuntimeSpans,
  index: ObjectIndexTable,
  typeWords: TypeWords,
  {threads = 1, ...work}: Work & {readonly threads?: number | undefined} = {},
): Promise<TracedEdges> {
  const {warnings} = go;
  const aside = await traceAside(go, runtime, index, typeWords, threads, work);
  const {edges, missing} = aside ?? (await traceHere(go, runtime, index, typeWords, work));
  if (missing > 0) warnings.add('heap-missing', `${missing} bytes of heap spans are not in the dump: pointers in them are lost.`);
  const bitmapMissing = runtime.heapBitmap?.missing ?? 0;
  if (bitmapMissing > 0)
    warnings.add(
      'heap-missing',
      `${bitmapMissing} bytes of the heap's bitmap are not in the dump: pointers that no type tells of are lost.`,
    );
  return edges;
}

async function traceHere(
  go: GoRuntime,
  runtime: RuntimeSpans,
  index: ObjectIndexTable,
  typeWords: TypeWords,
  work: Work,
): Promise<{edges: TracedEdges; missing: Bytes}> {
  const tracer = new EdgeTracer(tracedMemory(go, runtime, index, typeWords), go.warnings);
  const {spans} = index;
  let sinceCheckpoint = 0;
  for (let span = 0; span < spans.count; span++) {
    tracer.traceSpan(span);
    sinceCheckpoint += spans.length[span]!;
    if (sinceCheckpoint < CHECKPOINT_BYTES) continue;
    sinceCheckpoint = 0;
    work.onProgress?.('reading pointers', span, spans.count);
    await checkpoint(work);
  }
  return {edges: tracer.finish(), missing: tracer.missing};
}
