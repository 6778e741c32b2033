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
import type {StructureAnalysis} from './analyses/analysis-columns.js';
import {analyzeAside} from './analyses/analyze-aside.js';
import {GoheapError} from './base/errors.js';
import type {Progress, Work} from './base/progress.js';
import {StringTable} from './base/string-table.js';
import {WarningLog} from './base/warnings.js';
import {openDwarf} from './dwarf/dwarf.js';
import {readSymbols} from './elf/symbols.js';
import {freezeGraph} from './graph/freeze.js';
import type {Contents, GraphStructure, HeapGraph} from './graph/heap-graph.js';
import {measureMemory} from './heap/memory-use.js';
import {readHeap} from './heap/read-heap.js';
import {inflate} from './image/decompress.js';
import {createMemoryImage, type MemoryImage} from './image/memory-image.js';
import {type DumpFiles, type OpenDumpOptions, openDump} from './image/open-dump.js';
import {describeDump} from './runtime/describe-dump.js';
import {notGo, readGoRuntime} from './runtime/go-runtime.js';
import {namesFromDwarf} from './runtime/runtime-names.js';
import {assignTypes} from './types/assign-types.js';

export interface CoreHeap {
  readonly graph: HeapGraph;
  readonly contents: Contents;
  /** Present when it was asked for with `analyze`: the analyses, begun as soon as all pointers were known. */
  readonly analysis: Promise<StructureAnalysis> | undefined;
  close(): void;
}
export interface OpenCoreOptions extends OpenDumpOptions, Work {
  /** Begin the analyses on a thread of their own while types are being assigned: for callers that will want them. */
  readonly analyze?: boolean | undefined;
}

/** Reads a core. Rejects with a GoheapError when it cannot be used, with `options.signal.reason` when aborted. The graph outlives `close`; the contents do not. */
export async function openCoreHeap(path: string, options: OpenCoreOptions = {}): Promise<CoreHeap> {
  const warnings = new WarningLog();
  const files = openDump(path, options, warnings);
  const aside = new AbortController(); // ends an analysis that nobody will wait for
  const close = () => {
    aside.abort();
    files.close();
  };
  try {
    const image = createMemoryImage(files.core, files.executable, warnings);
    const signal = options.signal ? AbortSignal.any([options.signal, aside.signal]) : aside.signal;
    let reading = true; // meanwhile, progress is that of the reading
    const onProgress: Progress = (...progress) => void (reading || options.onProgress?.(...progress));
    const analyze = options.analyze ? (structure: GraphStructure) => analyzeAside(structure, {signal, onProgress}) : undefined;
    const {graph, analysis} = await readGraph(files, image, warnings, options, analyze);
    reading = false;
    return {graph, analysis, contents: contentsOf(image), close};
  } catch (error) {
    close();
    throw error;
  }
}

/** Only the dump's bytes, without reading the heap. `identity` tells this dump from others, as `dump_identity` of `meta` does. */
export function openDumpContents(
  path: string,
  options: OpenDumpOptions,
  warnings: WarningLog,
): Pick<CoreHeap, 'contents' | 'close'> & {identity: string} {
  const files = openDump(path, options, warnings);
  try {
    const contents = contentsOf(createMemoryImage(files.core, files.executable, warnings));
    return {contents, identity: files.identity, close: () => files.close()};
  } catch (error) {
    files.close();
    throw error;
  }
}

function contentsOf(image: MemoryImage): Contents {
  return {bytes: (address, length) => image.find(address, length)};
}

async function readGraph(
  files: DumpFiles,
  image: MemoryImage,
  warnings: WarningLog,
  work: Work,
  analyze: ((structure: GraphStructure) => Promise<StructureAnalysis>) | undefined,
): Promise<Pick<CoreHeap, 'graph' | 'analysis'>> {
  const dwarf = openDwarf((name) => files.debug.section(name), warnings);
  if (!dwarf) throw withoutDwarf(files);
  const go = readGoRuntime(image, namesFromDwarf(dwarf, image.bias), dwarf, warnings, files.debug.path);

  const strings = new StringTable();
  const symbols = readSymbols(files.debug.elf, inflate);
  const heap = await readHeap(go, {threads: files.core.threads, symbols}, strings, work);
  const {spans, objects, edges, roots, goroutines, frames, itabs} = heap;

  const analysis = analyze?.(heap);
  analysis?.catch(() => {}); // whoever awaits it is told; nobody has to

  const {rootType, types, rowOfAddress, ...typed} = await assignTypes(
    {image, dwarf, modules: go.modules, bias: image.bias, warnings},
    {...heap, ...objects, objectCount: objects.count, pointerBits: (object, span, into) => heap.bitmaps.read(object, span, into)},
    itabs.map((itab) => itab.type),
    work,
  );

  const graph = freezeGraph({
    spans,
    objects: {...objects, ...typed},
    roots: {...roots, type: rootType},
    edges,
    types,
    goroutines,
    frames,
    memory: measureMemory(go, spans, goroutines, files.addressSpace(image.bias)),
    itabs: {address: Float64Array.from(itabs, (itab) => itab.address), type: Uint32Array.from(itabs, (itab) => rowOfAddress(itab.type))},
    valueLayouts: {},
    metadata: describeDump(go, files, warnings),
    strings: strings.list(),
    warnings: warnings.list(),
  });
  return {graph, analysis};
}

function withoutDwarf({executable, debug}: DumpFiles): GoheapError {
  if (executable.buildIds.go === undefined && !executable.section('.gopclntab'))
    return notGo(executable.path, 'it has neither a Go build ID nor a table of Go functions');
  return new GoheapError('unsupported', `${debug.path}: the program has no debug information (DWARF)`, {
    hint: 'It was built with -ldflags=-w or stripped. Give the unstripped build or its debug file with --debug-file.',
  });
}
