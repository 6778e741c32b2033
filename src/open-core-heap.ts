/**
 * THE MAP. A core file becomes a heap graph by these stages, each called once, in this order:
 *
 *   elf, image   core + executable → memory by address
 *   dwarf        names, types and struct layouts of the program
 *   runtime      modules, spans, goroutines, specials, as the Go runtime keeps them
 *   heap         objects, pointers between them, roots, node numbers
 *   analyses     (if asked for, on a thread of their own) who holds what
 *   types        which object has which type
 *   graph        frozen columns: all that analyses, formats and views may know
 */
import {availableParallelism} from 'node:os';
import type {StructureAnalysis} from './analyses/analysis-columns.js';
import {analyzeAside} from './analyses/analyze-aside.js';
import {GoheapError, isGoheapError} from './base/errors.js';
import type {Progress, Work} from './base/progress.js';
import {StringTable} from './base/string-table.js';
import {WarningLog} from './base/warnings.js';
import {freezeGraph} from './graph/freeze.js';
import type {Address, Contents, GraphStructure, HeapGraph, TypeIndex} from './graph/heap-graph.js';
import {sumSpans} from './graph/sum-spans.js';
import {measureDumpedMemory} from './heap/dumped-memory-use.js';
import {measureMemory} from './heap/memory-use.js';
import {noteShortMemory} from './heap/note-short-memory.js';
import {readHeap} from './heap/read-heap.js';
import type {UntypedWaits} from './heap/roots/wait-columns.js';
import {dumpMetadata, dumpWarnings} from './heapdump/describe-heap-dump.js';
import {openHeapDump} from './heapdump/open-heap-dump.js';
import type {DumpedHeap} from './heapdump/read-heap-dump.js';
import {isHeapDump} from './image/heap-dump-magic.js';
import {createMemoryImage, type MemoryImage} from './image/memory-image.js';
import {type DumpFiles, type OpenDumpOptions, openDump, type ProgramFile} from './image/open-dump.js';
import {findTouchedPages} from './image/touched-pages.js';
import {CoreSize} from './image/unpack/core-size.js';
import {openUnpacked, type UnpackOptions} from './image/unpack/unpack-core.js';
import {chooseRuntime, describeRuntimes, listRuntimes} from './runtime/choose-runtime.js';
import {describeDump, describeProgram} from './runtime/describe-dump.js';
import {closureFunctions, listFunctions} from './runtime/functions/closure-functions.js';
import {FunctionTypeFinder, functionTypeSource} from './runtime/functions/function-types.js';
import {packageVariables, readSectionGlobals} from './runtime/globals.js';
import {parseGoVersion} from './runtime/go-runtime.js';
import type {LiveRuntime} from './runtime/live-runtimes.js';
import {findLargeVariables} from './runtime/memory/large-variables.js';
import {readSpans} from './runtime/memory/spans.js';
import {openRuntime} from './runtime/open-runtime.js';
import {KIND} from './runtime/types/kinds.js';
import {readValueLayouts} from './runtime/types/read-value-layouts.js';
import {typeFormat} from './runtime/types/type-format.js';
import {readTypeWords} from './runtime/types/type-words.js';
import {assignTypes} from './types/assign/assign-types.js';
import {PointerShapes} from './types/catalog/pointer-shape.js';
import {findStaticBlocks} from './types/catalog/static-blocks.js';
import type {TypeSource} from './types/catalog/type-source.js';
import {TypeStore} from './types/catalog/type-store.js';
import {walkHeap} from './types/walk/heap-walk.js';

export interface CoreHeap {
  readonly graph: HeapGraph;
  readonly contents: Contents;
  /** Package-level variables by name, whether they are root nodes or not: where DWARF says they are, and their types in the graph. */
  readonly variables: ReadonlyMap<string, VariablePlace>;
  /** Present when it was asked for with `analyze`: the analyses, begun as soon as all pointers were known. */
  readonly analysis: Promise<StructureAnalysis> | undefined;
  close(): void;
}
export interface VariablePlace {
  readonly address: Address;
  readonly type: TypeIndex;
}
export interface OpenCoreOptions extends OpenDumpOptions, UnpackOptions {
  /** Of the program, whatever it says: `1.23`, `go1.23.4`. */
  readonly goVersion?: string | undefined;
  /** That may work at a time; without it, as many as the machine runs. The result is the same. */
  readonly threads?: number | undefined;
  /** Begin the analyses on a thread of their own while types are being assigned: for callers that will want them. */
  readonly analyze?: boolean | undefined;
}

/** Reads a core. Rejects with a GoheapError when it cannot be used, with `options.signal.reason` when aborted. The graph outlives `close`; the contents do not. */
export async function openCoreHeap(path: string, options: OpenCoreOptions = {}): Promise<CoreHeap> {
  const warnings = new WarningLog();
  const threadCount = countThreads(options.threads);
  const goVersion = options.goVersion === undefined ? undefined : parseGoVersion(options.goVersion);
  const {files: dump, dumped} = await openFiles(path, options, warnings);
  let files = dump;
  const aside = new AbortController(); // ends an analysis that nobody will wait for
  const close = () => {
    aside.abort();
    dump.close();
  };
  try {
    const runtimes = listRuntimes(dump, goVersion);
    files = chooseRuntime(dump, runtimes, options, warnings);
    const image = createMemoryImage(files.core, files.executable, warnings, files.libraries);
    const signal = options.signal ? AbortSignal.any([options.signal, aside.signal]) : aside.signal;
    let reading = true; // meanwhile, progress is that of the reading
    const onProgress: Progress = (...progress) => void (reading || options.onProgress?.(...progress));
    const analyze = options.analyze
      ? (structure: GraphStructure) =>
          analyzeAside(structure, {signal, onProgress}, threadCount === 1 ? Number.POSITIVE_INFINITY : undefined)
      : undefined;
    const read = await readGraph(
      files,
      image,
      {warnings, work: options, goVersion: goVersion ?? dumped?.parameters.goVersion, runtimes, threadCount, dumped},
      analyze,
    );
    reading = false;
    return {...read, contents: contentsOf(image), close};
  } catch (error) {
    close();
    throw isGoheapError(error) ? withMeasure(files, error) : error;
  }
}

/** Of a core, or of what a heap dump of the runtime tells in place of one. */
async function openFiles(
  path: string,
  options: OpenDumpOptions & UnpackOptions,
  warnings: WarningLog,
): Promise<{files: DumpFiles; dumped?: DumpedHeap}> {
  const source = await openUnpacked(path, options, warnings, new CoreSize(path));
  if (!isHeapDump(source)) return {files: openDump(source, options, warnings)};
  const {dumped, ...opened} = await openHeapDump(source, options, warnings);
  return {files: openDump(opened, options, warnings), dumped};
}

/** Throws `usage`. */
function countThreads(threads = availableParallelism()): number {
  if (Number.isSafeInteger(threads) && threads >= 1) return threads;
  throw new GoheapError('usage', `threads: ${threads} is no number of threads`, {hint: 'Give a whole number from 1 on.'});
}

/** Says of a core that cannot be used because memory is missing how much of it there is, or that it takes the executable. */
function withMeasure({core, withoutExecutable}: DumpFiles, error: GoheapError): GoheapError {
  const {size} = core.source;
  if (error.code !== 'unmapped' && error.code !== 'unsupported') return error;
  if (size >= core.claimedSize) return (error.code === 'unmapped' && withoutExecutable) || error;
  return new GoheapError(
    'truncated',
    `${core.path}: the core holds ${size} of ${core.claimedSize} bytes; too little is left: ${error.message}`,
    {
      hint: 'The file is cut short; see whether the disk or a size limit (ulimit -c) stopped the dump.',
      cause: error,
    },
  );
}

/** Only the dump's bytes, without reading the heap. `identity` tells this dump from others, as `dump_identity` of `meta` does. */
export async function openDumpContents(
  path: string,
  options: OpenDumpOptions & UnpackOptions,
  warnings: WarningLog,
): Promise<Pick<CoreHeap, 'contents' | 'close'> & {identity: string}> {
  const {files} = await openFiles(path, options, warnings);
  try {
    const contents = contentsOf(createMemoryImage(files.core, files.executable, warnings, files.libraries));
    return {contents, identity: files.identity, close: () => files.close()};
  } catch (error) {
    files.close();
    throw error;
  }
}

function contentsOf(image: MemoryImage): Contents {
  return {bytes: (address, length) => image.find(address, length)};
}

interface Reading {
  readonly warnings: WarningLog;
  readonly work: Work;
  readonly goVersion: string | undefined;
  readonly runtimes: readonly LiveRuntime<ProgramFile>[];
  readonly threadCount: number;
  readonly dumped: DumpedHeap | undefined;
}

async function readGraph(
  files: DumpFiles,
  image: MemoryImage,
  {warnings, work, goVersion, runtimes, threadCount, dumped}: Reading,
  analyze: ((structure: GraphStructure) => Promise<StructureAnalysis>) | undefined,
): Promise<Pick<CoreHeap, 'graph' | 'analysis' | 'variables'>> {
  const {go, symbols} = openRuntime(files, image, warnings, goVersion);
  const {dwarf} = go;

  const strings = new StringTable();
  const functionTypes = new FunctionTypeFinder(go, symbols);
  const source: TypeSource = {
    image,
    dwarf,
    modules: go.modules,
    bias: image.bias,
    format: typeFormat(go),
    closureFunction: closureFunctions(go),
    functionTypes: functionTypeSource(go, functionTypes),
    warnings,
  };
  const shapes = new PointerShapes(new TypeStore(source));
  const typeWords = readTypeWords(go, dumped?.itabs);
  const sections = readSectionGlobals(go, symbols);
  const globals = {sections, blocks: findStaticBlocks(image, sections, typeWords, shapes, warnings)};
  const {threads} = files.core;
  const known = dumped?.spans ?? readSpans(go);
  const {objects: objectCount, objectBytes} = sumSpans(known.table);
  noteShortMemory(objectCount, work);
  work.onKnown?.({...describeProgram(go, files), heap_objects: objectCount, heap_bytes: objectBytes});
  const runtime = known.isWhole ? known : await walkHeap({go, source, shapes, typeWords, roots: {threads, globals}}, known, work);
  const heap = await readHeap(go, {runtime, threads, globals, typeWords, functionTypes, threadCount, dumped}, strings, work);
  work.onKnown?.({goroutines: heap.goroutines.count});
  const {spans, objects, edges, roots, goroutines, frames, waits, machines, allocations, timers, itabs} = heap;

  const analysis = analyze?.(heap);
  analysis?.catch(() => {}); // whoever awaits it is told; nobody has to

  const named = packageVariables(go);
  const elementTypes = new Set(waits.elementType.filter((address) => address !== 0));
  const {rootType, types, rowOfAddress, rowOfDie, ...typed} = await assignTypes(
    source,
    {
      ...heap,
      ...objects,
      objectCount: objects.count,
      hasPointerBits: (span) => heap.bitmaps.has(span),
      pointerBits: (object, span, into, from) => heap.bitmaps.read(object, span, into, from),
    },
    {shapes, runtimeTypes: [...itabs.map((itab) => itab.type), ...elementTypes], typeDies: named.map(({typeDie}) => typeDie)},
    work,
  );

  const told = dumped ? dumpWarnings(warnings) : warnings;
  const metadata = {...describeDump(go, files, heap.clock, told), ...describeRuntimes(runtimes)};
  const space = files.addressSpace(image.bias);
  const graph = freezeGraph({
    spans,
    objects: {...objects, ...typed},
    roots: {...roots, type: rootType},
    edges,
    types,
    goroutines,
    frames,
    waits: typedWaits(waits, rowOfAddress),
    allocations,
    timers,
    memory: dumped
      ? measureDumpedMemory(go, heap, dumped.statistics)
      : measureMemory(
          go,
          {spans, objects, goroutines, machines, variables: findLargeVariables(go, symbols)},
          space,
          await findTouchedPages(space.dumped, work),
        ),
    itabs: {address: Float64Array.from(itabs, (itab) => itab.address), type: Uint32Array.from(itabs, (itab) => rowOfAddress(itab.type))},
    functions: listFunctions(go),
    valueLayouts: readValueLayouts(go, mapTypesOf(types)),
    metadata: dumped ? dumpMetadata(metadata, dumped) : metadata,
    strings: strings.list(),
    warnings: told.list(),
  });
  return {graph, analysis, variables: new Map(named.map(({name, address, typeDie}) => [name, {address, type: rowOfDie(typeDie)}]))};
}

function typedWaits({elementType, ...waits}: UntypedWaits, rowOfAddress: (address: number) => TypeIndex): HeapGraph['waits'] {
  return {...waits, type: Uint32Array.from(elementType, (address) => (address === 0 ? 0 : rowOfAddress(address)))};
}

/** Addresses of the runtime's types of maps. */
function* mapTypesOf({count, kind, runtimeAddress}: HeapGraph['types']): Generator<number> {
  for (let type = 0; type < count; type++) if (kind[type] === KIND.map && !Number.isNaN(runtimeAddress[type]!)) yield runtimeAddress[type]!;
}
