/**
 * THE MAP. A core file becomes a heap graph by these stages, each called once, in this order:
 *
 *   elf, image   core + executable → memory by address
 *   dwarf        names, types and struct layouts of the program
 *   runtime      modules, spans, goroutines, specials, as the Go runtime keeps them
 *   heap         objects, pointers between them, roots, node numbers
 *   types        which object has which type
 *   graph        frozen columns: all that analyses, formats and views may know
 */
import {GoheapError} from './base/errors.js';
import type {Work} from './base/progress.js';
import {StringTable} from './base/string-table.js';
import {WarningLog} from './base/warnings.js';
import {openDwarf} from './dwarf/dwarf.js';
import {readSymbols} from './elf/symbols.js';
import {freezeGraph} from './graph/freeze.js';
import type {Contents, HeapGraph} from './graph/heap-graph.js';
import {findObjects} from './heap/find-objects.js';
import {findRoots} from './heap/find-roots.js';
import {measureMemory} from './heap/memory-use.js';
import {numberNodes} from './heap/number-nodes.js';
import {traceEdges} from './heap/trace-edges.js';
import {inflate} from './image/decompress.js';
import {createMemoryImage} from './image/memory-image.js';
import {type DumpFiles, type OpenDumpOptions, openDump} from './image/open-dump.js';
import {describeDump} from './runtime/describe-dump.js';
import {readGoRuntime} from './runtime/go-runtime.js';
import {PointerMasks} from './runtime/pointer-masks.js';
import {readSpans} from './runtime/spans.js';
import {TypeWords} from './runtime/type-words.js';
import {assignTypes} from './types/assign-types.js';

export interface CoreHeap {
  readonly graph: HeapGraph;
  readonly contents: Contents;
  close(): void;
}

/** Reads a core. Rejects with a GoheapError when it cannot be used, with `work.signal.reason` when aborted. The graph outlives `close`; the contents do not. */
export async function openCoreHeap(path: string, options: OpenDumpOptions & Work = {}): Promise<CoreHeap> {
  const warnings = new WarningLog();
  const files = openDump(path, options, warnings);
  try {
    const image = createMemoryImage(files.core, files.executable, warnings);
    const graph = await readGraph(files, image, warnings, options);
    return {graph, contents: {bytes: (address, length) => image.find(address, length)}, close: () => files.close()};
  } catch (error) {
    files.close();
    throw error;
  }
}

async function readGraph(
  files: DumpFiles,
  image: ReturnType<typeof createMemoryImage>,
  warnings: WarningLog,
  work: Work,
): Promise<HeapGraph> {
  const dwarf = openDwarf((name) => files.debug.section(name), warnings);
  if (!dwarf) {
    throw new GoheapError('unsupported', `${files.debug.path}: the program has no debug information (DWARF)`, {
      hint: 'It was built with -ldflags=-w or stripped. Give the unstripped build or its debug file with --debug-file.',
    });
  }
  const go = readGoRuntime(image, dwarf, warnings);

  const runtime = readSpans(go);
  const index = findObjects(runtime);
  const typeWords = new TypeWords(go);
  const traced = await traceEdges(go, runtime, index, typeWords, new PointerMasks(go), work);
  const strings = new StringTable();
  const symbols = readSymbols(files.debug.elf, inflate);
  const found = findRoots(go, {threads: files.core.threads, symbols, runtime}, index, traced, strings);
  const {roots, edges, interfaceEdge} = numberNodes(found.collected, traced, index, found.gObjects);

  const assigned = await assignTypes(
    {image, dwarf, modules: go.modules, bias: image.bias, warnings},
    {
      ...index,
      objectCount: index.count,
      edges,
      roots,
      headerObject: traced.headerObject,
      headerType: traced.headerType,
      interfaceEdge,
      interfaceType: traced.interfaceType,
      rootTypeDie: found.collected.typeDie,
      pointerBits: (object, span, into) => traced.bitmaps.read(object, span, into),
    },
    typeWords.itabs.map((itab) => itab.type),
    work,
  );

  const {spans, count, firstObject, slot} = index;
  const {type, length, longLength, evidence, types, rootType} = assigned;
  const {itabs} = typeWords;
  return freezeGraph({
    spans,
    objects: {count, firstObject, slot, type, length, longLength, evidence},
    roots: {...roots, type: rootType},
    edges,
    types,
    goroutines: found.goroutines,
    frames: found.frames,
    memory: measureMemory(go, spans, found.goroutines, files.addressSpace(image.bias)),
    itabs: {
      address: Float64Array.from(itabs, (itab) => itab.address),
      type: Uint32Array.from(itabs, (itab) => assigned.rowOfAddress(itab.type)),
    },
    valueLayouts: {},
    metadata: describeDump(go, files, warnings),
    strings: strings.list(),
    warnings: warnings.list(),
  });
}
