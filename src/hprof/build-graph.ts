/**
 * THE MAP of this folder. An HPROF file becomes a heap graph by these steps:
 *
 *   read-content      records → ids, classes, lengths, roots (first pass)
 *   infer-layout      where objects lie → how large they are, where fields are
 *   place-objects     sizes → spans, one an object
 *   java-roots        roots, threads, static fields → root nodes, goroutines, frames
 *   read-references   values → edges (second pass)
 *   java-types        classes → types
 */
import type {ByteSource} from '../base/bytes.js';
import type {Work} from '../base/progress.js';
import {sharedColumn} from '../base/shared-columns.js';
import {StringTable} from '../base/string-table.js';
import type {WarningLog} from '../base/warnings.js';
import {freezeGraph} from '../graph/freeze.js';
import {type Contents, EVIDENCE, type HeapGraph, type ObjectTable, ROOT_KINDS, type SpanTable} from '../graph/heap-graph.js';
import {NO_TIMERS} from '../graph/no-timers.js';
import {FORM} from './class-table.js';
import {type HprofHeader, readHeader} from './hprof-format.js';
import {HprofStream} from './hprof-stream.js';
import {IdIndex} from './id-index.js';
import {type InferredLayout, inferLayout, layoutName} from './infer-layout.js';
import {JavaClasses} from './java-classes.js';
import {buildJavaRoots} from './java-roots.js';
import {JavaTypes} from './java-types.js';
import {ownLayout} from './jvm-layout.js';
import {ObjectMemory, referenceCode} from './object-memory.js';
import {ObjectSizes} from './object-sizes.js';
import {placeObjects} from './place-objects.js';
import {type HprofContent, readContent} from './read-content.js';
import {JAVA_WORD, readReferences} from './read-references.js';
import {ThreadFactReader, type ThreadFacts} from './thread-facts.js';

export interface JavaGraphOptions extends Work {
  /** One of JVM_LAYOUTS; without it, the one that fits. */
  readonly jvmLayout?: string | undefined;
}
/** The file's objects where they are, of which nothing else is read yet. */
interface PlacedObjects {
  readonly header: HprofHeader;
  readonly content: HprofContent;
  readonly index: IdIndex;
  readonly classes: JavaClasses;
  readonly spans: SpanTable;
  readonly layoutEvidence: string;
}

/** Static fields. */
const GLOBAL = ROOT_KINDS.indexOf('global');

/** Throws `bad-format` for what is no HPROF file, `usage` for an unknown layout; rejects with `signal.reason` when aborted. */
export async function buildJavaGraph(
  source: ByteSource,
  options: JavaGraphOptions,
  warnings: WarningLog,
): Promise<{graph: HeapGraph; contents: Contents}> {
  const placed = await placeAll(source, options, warnings);
  const {header, content, index, classes, spans} = placed;
  const strings = new StringTable();
  const {roots, goroutines, frames, targets} = buildJavaRoots(content.roots, classes, index, strings, factsOf(source, placed));
  options.onKnown?.({...known(placed), language: 'java', goroutines: goroutines.count});
  const input = {idSize: header.idSize, objects: content.objects, classes, index, rootTargets: targets};
  const edges = await readReferences(source, input, warnings, options);
  const types = new JavaTypes(classes);
  const objects = typeObjects(content, types);
  const graph = freezeGraph({
    ...EMPTY,
    spans,
    objects,
    roots: {...roots, type: Uint32Array.from(roots.kind, (kind) => (kind === GLOBAL ? types.reference : 0))},
    edges,
    types: types.finish(),
    goroutines,
    frames,
    valueLayouts: {reference: {size: classes.sizes.layout.reference, ...referenceCode(spans.start)}},
    metadata: describe(placed, warnings),
    strings: strings.list(),
    warnings: warnings.list(),
  });
  const contents = contentsOf(source, placed, (row) => types.kindOf(objects.type[row]!));
  return {graph, contents};
}

/** Only the objects' bytes. */
export async function readObjectMemory(source: ByteSource, options: JavaGraphOptions, warnings: WarningLog): Promise<Contents> {
  const placed = await placeAll(source, options, warnings);
  const {kind} = placed.content.objects;
  return contentsOf(source, placed, (row) => kind[row]!);
}

/** On its own, because the object's bytes live longer than what this holds on to. */
function factsOf(source: ByteSource, {header, content: {objects}, index, classes}: PlacedObjects): (row: number) => ThreadFacts {
  const reader = new ThreadFactReader(source, header.idSize, {objects, index, classes});
  return (row) => reader.read(row);
}

/** Holds on to columns that the graph has as well, and to where values are in the file; not to the rest of the first pass. */
function contentsOf(source: ByteSource, {content, spans, classes, header}: PlacedObjects, kindOf: (row: number) => number): Contents {
  const {id, length, position} = content.objects;
  return new ObjectMemory(source, {id, start: spans.start, size: spans.slotSize, length, position, kindOf}, classes, header.idSize);
}

async function placeAll(source: ByteSource, options: JavaGraphOptions, warnings: WarningLog): Promise<PlacedObjects> {
  const wanted = options.jvmLayout === undefined ? undefined : layoutName(options.jvmLayout);
  const header = readHeader(source);
  const stream = new HprofStream(source, header.idSize, header.end);
  const content = await readContent(stream, header, warnings, options);
  const {objects, names} = content;
  const index = new IdIndex(objects.id);
  const {sizes, evidence, isSure} = isOwnFile(content)
    ? ownSizes(content, header)
    : inferLayout(objects, content.classes, header.idSize, wanted);
  if (!isSure && !wanted) warnings.add('jvm-layout', `How the virtual machine lays objects out is ${evidence}; --jvm-layout says it.`);
  const classes = new JavaClasses(content.classes, names, objects, index, sizes, header.idSize);
  return {header, content, index, classes, spans: placeObjects(objects, classes, warnings), layoutEvidence: evidence};
}

/** Whether goheap wrote the file, of a Go program: it says so by a class of this name. */
function isOwnFile({classes, names}: HprofContent): boolean {
  for (const number of classes.numbers()) if (names.nameOfClass(classes.idOf(number)) === 'goheap') return true;
  return false;
}

function ownSizes({classes, names}: HprofContent, {idSize}: HprofHeader): InferredLayout {
  names.noteOwn();
  const sizes = new ObjectSizes(ownLayout(idSize), OWN_ALIGNMENT, classes);
  return {sizes, evidence: 'goheap wrote the file: sizes are those of its fields', isSure: true};
}
const OWN_ALIGNMENT = 8;

/** Lengths of arrays stay where they are, all else is one value; types take the place of what they follow from, which nobody reads after this. */
function typeObjects({objects}: HprofContent, types: JavaTypes): ObjectTable {
  const {count, kind, length} = objects;
  const firstObject = sharedColumn(Uint32Array, count + 1);
  const type = kind;
  for (let row = 0; row < count; row++) {
    firstObject[row + 1] = row + 1;
    const own = kind[row]!;
    type[row] = types.of(own);
    const isArray = (own & 3) === FORM.objectArray || (own & 3) === FORM.primitiveArray;
    if (!isArray) length[row] = type[row] === 0 ? 0 : 1;
  }
  const evidence = new Uint8Array(count).fill(EVIDENCE.indexOf('header'));
  return {count, firstObject, slot: new Uint16Array(count), type, length, longLength: new Map(), evidence};
}

function known({spans}: PlacedObjects): Record<string, number> {
  let bytes = 0;
  for (let span = 0; span < spans.count; span++) bytes += spans.slotSize[span]!;
  return {heap_objects: spans.count, heap_bytes: bytes};
}

function describe({header, layoutEvidence, classes}: PlacedObjects, warnings: WarningLog): Record<string, string | number> {
  const isWhole = !warnings.list().some(({code}) => code === 'hprof-truncated' || code === 'hprof-damaged');
  return {
    source: 'java-heap-dump',
    language: 'java',
    ...(Number.isNaN(header.time) ? {} : {dumped_at: new Date(header.time * 1000).toISOString()}),
    jvm_layout: classes.sizes.layout.name,
    jvm_layout_evidence: layoutEvidence,
    pointer_bytes: classes.sizes.layout.reference,
    word_bytes: JAVA_WORD,
    complete: isWhole ? 1 : 0,
  };
}

/** What no HPROF file has. */
const EMPTY: Pick<HeapGraph, 'waits' | 'memory' | 'allocations' | 'timers' | 'itabs' | 'functions'> = {
  waits: {
    count: 0,
    goroutine: new Uint32Array(0),
    how: new Uint8Array(0),
    address: new Float64Array(0),
    object: new Uint32Array(0),
    type: new Uint32Array(0),
    sudog: new Uint32Array(0),
  },
  memory: [],
  allocations: {sites: [], object: new Uint32Array(0), site: new Uint32Array(0)},
  timers: NO_TIMERS,
  itabs: {address: new Float64Array(0), type: new Uint32Array(0)},
  functions: {address: new Float64Array(0), name: []},
};
