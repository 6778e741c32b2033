/**
 * A path → a heap: a core is read through every stage, a heap dump of Java by the reader of HPROF, a database is loaded back into columns. The content decides which it is.
 * From a database there are no bytes but the kept contents: values are then missing as 'not-kept'.
 */
import {analyzeAside} from '../analyses/analyze-aside.js';
import {WarningLog} from '../base/warnings.js';
import {isHprofFile} from '../image/hprof-magic.js';
import {isSqliteFile, openConnection} from '../sql/open-database.js';
import {readGraph} from '../sql/read-graph.js';
import {analyzedHeap} from './analyzed-heap.js';
import type {Heap, OpenOptions} from './heap.js';
import {type HeapParts, LoadedHeap} from './loaded-heap.js';

/**
 * Opens a core, a heap dump or a goheap database. Throws a GoheapError: `io` for files that cannot be read, `bad-format` for other files,
 * `mismatch` for an executable of another program, `unsupported` for what goheap does not read. Rejects with `signal.reason` when aborted.
 */
export async function openHeap(input: string, options: OpenOptions = {}): Promise<Heap> {
  options.signal?.throwIfAborted();
  if (isSqliteFile(input)) return openKept(input, options);
  return (await isHprofFile(input)) ? openJava(input, options) : openCore(input, options);
}

async function openJava(input: string, options: OpenOptions): Promise<Heap> {
  const {openHprof} = await import('../hprof/open-hprof.js');
  const opened = await openHprof(input, options, new WarningLog());
  const aside = new AbortController(); // ends an analysis that nobody will wait for
  const signal = options.signal ? AbortSignal.any([options.signal, aside.signal]) : aside.signal;
  const begun = options.analyze ? analyzeAside(opened.graph, {...options, signal}) : undefined;
  begun?.catch(() => {}); // whoever awaits it is told; nobody has to
  const close = () => {
    aside.abort();
    opened.close();
  };
  return new LoadedHeap({...opened, close, absence: 'unmapped', decoders: options.decoders ?? {}, begun}, analyzedHeap);
}

async function openCore(input: string, options: OpenOptions): Promise<Heap> {
  const {openCoreHeap} = await import('../open-core-heap.js'); // the whole reader: not loaded for databases
  const {analysis: begun, ...core} = await openCoreHeap(input, options);
  return new LoadedHeap({...core, absence: 'unmapped', decoders: options.decoders ?? {}, begun}, analyzedHeap);
}

async function openKept(input: string, options: OpenOptions): Promise<Heap> {
  const connection = openConnection(input);
  try {
    const analysis = await readGraph(connection, options);
    const {graph, contents} = analysis;
    const close = () => void connection.close();
    const parts: HeapParts = {graph, contents, absence: 'not-kept', decoders: options.decoders ?? {}, analysis, close};
    return new LoadedHeap(parts, analyzedHeap);
  } catch (error) {
    connection.close();
    throw error;
  }
}
