/**
 * The analyzed heap → one HPROF file that Eclipse MAT, VisualVM and Shark open: names, classes and stacks, then the heap in segments, roots first.
 * Two passes over the objects: one finds the classes that are needed, the other writes. Mapping and losses: docs/hprof.md.
 */
import {closeSync, openSync} from 'node:fs';
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {GoheapError} from '../../src/base/errors.js';
import {writeAll} from '../../src/base/file-source.js';
import type {Work} from '../../src/base/progress.js';
import {isJava} from '../../src/graph/language.js';
import {firstObjectNode} from '../../src/graph/objects.js';
import {withoutPrivateData} from '../../src/privacy/private-data.js';
import {Redactor} from '../../src/privacy/redactor.js';
import type {ContentsLevel} from '../../src/tables/heap-tables.js';
import {type ExportableHeap, type ExporterOption, type FormatExporter, PRIVACY_OPTIONS} from '../exporter.js';
import {ByteWindow} from './byte-window.js';
import {ClassList, writeClassDumps, writeLoadedClasses} from './class-list.js';
import {Constants} from './constant-strings.js';
import {planThreads, writeStacks, writeThreadRoots, writeThreads} from './java-threads.js';
import {findMaps, MapRows} from './map-rows.js';
import {ObjectIds} from './object-ids.js';
import {ObjectWriter} from './object-writer.js';
import {RecordWriter} from './record-writer.js';
import {ScalarWriter} from './scalar-writer.js';
import {assignShapes} from './shape-column.js';
import {ShapeBuilder, type Sizes} from './shapes.js';
import {StringFields} from './string-fields.js';
import {addSummary, lateCounts} from './summary.js';
import {planVariables, writeRootArrays, writeVariableRoots} from './variables.js';

export interface HprofOptions {
  /** `exact` (the default): sizes as in Go, scalars cut where they have no room. `full`: everything, sizes plus a constant, ids are addresses. */
  readonly sizes?: Sizes;
  /** Maps as the runtime has them: groups or buckets (the default), or with an array of their `entries` beside, which tools count as more objects. */
  readonly maps?: 'entries' | 'groups';
  /** Unreachable objects too, without a root: tools then list them apart. */
  readonly unreachable?: boolean;
  /** How much of the heap's own data to keep: nothing, numbers and the first bytes of texts (the default), or everything. */
  readonly contents?: ContentsLevel;
  /** What matches is replaced by asterisks wherever the heap's own data are kept. */
  readonly redact?: RegExp;
}

const OPTIONS = {
  ...PRIVACY_OPTIONS,
  sizes: {
    kind: 'choice',
    values: ['exact', 'full'] satisfies Sizes[],
    default: 'exact',
    help: 'sizes as in Go, cutting what has no room, or everything, with larger sizes and addresses as ids',
  },
  maps: {
    kind: 'choice',
    values: ['entries', 'groups'],
    default: 'groups',
    help: "maps as the runtime's groups or buckets, or with an array of their entries beside",
  },
  unreachable: {kind: 'switch', help: 'unreachable objects too, without a root'},
} as const satisfies Record<keyof HprofOptions, ExporterOption>;

export const hprof: FormatExporter<HprofOptions> = {
  name: 'hprof',
  extension: '.hprof',
  summary: 'Java heap dump for Eclipse MAT, VisualVM and other tools, with types as classes and goroutines as threads',
  losses: [
    'unreachable objects (unless asked for with unreachable), interior pointers (they lead to the object), what lies outside the heap',
    'names of locals (a frame lists them), evidence of types, signs of unsigned numbers',
    'with sizes exact: scalars that have no room beside headers (class fields `(cut) …`, class goheap: cut_bytes), addresses (ids are node ids), a byte too much in VisualVM for some objects of 8 (class goheap: widened_objects)',
    'with maps entries: more objects than Go has (class goheap: map_arrays, map_entries), and tables of maps that retain only themselves',
    'with sizes full: sizes are larger by 16 bytes for objects and 24 for arrays',
  ],
  options: OPTIONS,
  write: writeHprof,
};

async function writeHprof({columns}: ExportableHeap, path: string, options: HprofOptions, work: Work): Promise<void> {
  if (isJava(columns.graph)) {
    throw new GoheapError('unsupported', 'the heap is of a Java virtual machine: its dump is an HPROF file already', {
      hint: 'Give the tool that file; goheap writes HPROF of Go programs.',
    });
  }
  const file = openSync(path, 'wx');
  try {
    const writer = new RecordWriter(options.sizes === 'full' ? 8 : 4, (bytes) => writeAll(file, bytes));
    for (const [place, count] of await writeHeap(columns, writer, options, work)) {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(count));
      writeAll(file, bytes, place);
    }
  } finally {
    closeSync(file);
  }
}

/** Gives counts that are known now, with their places in the file. */
async function writeHeap(analyzed: AnalysisColumns, writer: RecordWriter, options: HprofOptions, work: Work): Promise<Map<number, number>> {
  const {sizes = OPTIONS.sizes.default, contents = sizes === 'full' ? 'full' : 'preview'} = options;
  const kept = contents !== 'none';
  const redactor = kept && options.redact ? new Redactor(options.redact) : undefined;
  const columns = kept && !redactor ? analyzed : {...analyzed, graph: withoutPrivateData(analyzed.graph, redactor)};
  const {graph} = columns;
  const ids = new ObjectIds(graph, writer.idSize);
  const classes = new ClassList(writer.idSize, () => ids.add());
  const maps = options.maps === 'entries' ? findMaps(graph) : undefined;
  const builder = new ShapeBuilder(graph.types, classes, {sizes, keepScalars: kept, keepTexts: contents === 'full'}, maps);
  const column = await assignShapes(columns, builder, options.unreachable === true, work);
  const variables = planVariables(graph, classes, ids);
  const threads = planThreads(graph, classes, ids);
  const constants = sizes === 'full' && contents === 'full' ? new Constants(graph, classes, ids) : undefined;
  if (constants) variables.arrays.push(constants.array);
  addSummary(columns, column, variables, classes, options.unreachable === true);
  const window = kept ? new ByteWindow(columns.contents, redactor) : undefined;
  const scalars = new ScalarWriter(writer, classes, window, {contents, sizes});
  const around = constants && new ByteWindow(columns.contents, redactor);
  const strings = around && new StringFields(firstObjectNode(graph), column, {writer, scalars, constants, window: around});
  const rows = maps && new MapRows(graph, columns.contents, column, {writer, ids, window, strings});

  writer.header(Date.parse(String(graph.metadata.dumped_at)) || 0);
  writeLoadedClasses(writer, classes);
  writeStacks(writer, graph, classes);
  writeThreadRoots(writer, graph, threads, ids);
  writeVariableRoots(writer, variables, classes);
  const places = writeClassDumps(writer, classes);
  writeThreads(writer, graph, threads, classes, scalars);
  const output = {writer, ids, scalars, window, redacted: redactor !== undefined, strings, rows};
  await new ObjectWriter(columns, column, output).write(work);
  if (window) constants?.write(window, scalars);
  writeRootArrays(writer, variables);
  writer.end();
  return lateCounts(places, {
    ...{strings: scalars.strings, substrings: 2 * (strings?.substrings ?? 0), constants: constants?.instances ?? 0},
    ...{map_arrays: rows?.arrays ?? 0, map_entries: rows?.rows ?? 0},
  });
}
