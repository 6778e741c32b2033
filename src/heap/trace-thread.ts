/**
 * The entry of the threads that `trace-aside` starts: a run of spans in, its edges out, until nobody asks any more.
 */
import {parentPort, workerData} from 'node:worker_threads';
import {Column} from '../base/columns.js';
import {WarningLog} from '../base/warnings.js';
import {putTogether} from '../image/image-parts.js';
import {TypeWords} from '../runtime/types/type-words.js';
import {EdgeTracer, type SpanRun, tracedMemory} from './edge-tracer.js';
import {shareEdges} from './joined-edges.js';
import type {TracedRun, TraceInput} from './trace-aside.js';

const port = parentPort!; // this file is only ever run as a thread
const {image, minor, index, inlineMarks, largeType, typePlaces, shared} = workerData as TraceInput;
const ofTypes = new WarningLog();
const runtime = {inlineMarks, largeType, heapBitmap: undefined};
const scratch = {slot: new Column(Uint32Array), target: new Column(Uint32Array)};
const memory = tracedMemory({image: putTogether(image), minor, warnings: ofTypes}, runtime, index, new TypeWords(typePlaces));

port.on('message', (run: SpanRun) => {
  const warnings = new WarningLog();
  const tracer = new EdgeTracer(memory, warnings, {...run, scratch});
  for (let span = run.from; span < run.to; span++) tracer.traceSpan(span);
  const {bitmaps, first, slot, target, ...rest} = tracer.finish();
  const columns = {...rest, ...shareEdges(shared, run.number, index.firstObject[run.from]!, {first, slot, target})};
  const edges = {...columns, bitmaps: bitmaps.parts()};
  const isDamaged = ofTypes.list().length > 0;
  const message: TracedRun = {run, edges, missing: tracer.missing, warnings: warnings.list(), isDamaged};
  const buffers = [...Object.values(columns), edges.bitmaps.firstWord, edges.bitmaps.words].map(({buffer}) => buffer as ArrayBuffer);
  port.postMessage(message, buffers);
});
