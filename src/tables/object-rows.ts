/**
 * Objects → rows of `objects`, span by span in address order: address, size and header follow from the span.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {getBit} from '../base/bitset.js';
import {BATCH_ROWS, type Batch} from '../base/column-batch.js';
import {NONE, type ObjectIndex} from '../base/units.js';
import {EVIDENCE, TYPE_KINDS} from '../graph/heap-graph.js';
import {isJava} from '../graph/language.js';
import {lengthOf, nodeOfObject} from '../graph/objects.js';
import {BYTE_USES, computeByteUses, listByteTypes} from '../values/byte-uses.js';
import {type BatchTable, rowRanges} from './batch-table.js';
import type {PreviewReader} from './preview-reader.js';
import {KnownTexts, OwnTexts} from './text-columns.js';

const COLUMNS = ['id', 'address', 'size', 'type_id', 'span_id', 'depth', 'holder_id', 'owner_id', 'path_id', 'evidence_code'];
/** A row ends behind the last that is not its column's default: those that mostly are, last. */
const MOSTLY_DEFAULT =
  'holder_offset slack dominated_bytes retained_objects other_dominator_id length header reachable bytes_kind preview'.split(' ');
const UNKNOWN = TYPE_KINDS.indexOf('unknown');
const NO_EVIDENCE = EVIDENCE.indexOf('unknown');
/** Number of NULL among the texts of `bytes_kind`. */
const NO_BYTES = BYTE_USES.length;

/** What the answers say of each node. */
export interface NodeAnswers {
  readonly ownerOf: Uint32Array; // the row of `owners` from 0, or NONE
  readonly pathOf: Uint32Array; // the row of `paths` from 1, or 0
}

/** `previews` undefined: the column stays NULL. */
export function objectTable(
  columns: AnalysisColumns,
  answers: () => Promise<NodeAnswers>,
  previews: PreviewReader | undefined,
): BatchTable {
  async function* batches(): AsyncGenerator<Batch> {
    const rows = new ObjectRows(columns, await answers(), previews);
    for (const [first, end] of rowRanges(columns.graph.objects.count)) yield rows.read(first, end);
  }
  return {
    name: 'objects',
    sorted: true,
    columns: [...COLUMNS, ...MOSTLY_DEFAULT],
    rowCount: columns.graph.objects.count,
    batches,
  };
}

/** What the analyses say of garbage is NONE or NaN already, but for the columns that are made here. */
class ObjectRows {
  readonly #columns: AnalysisColumns;
  readonly #answers: NodeAnswers;
  readonly #previews: PreviewReader | undefined;
  readonly #isJava: boolean; // each object is a span of its own, which has no row
  readonly #isBytes: Uint8Array; // by type
  readonly #uses: Uint8Array; // by object
  readonly #id = new Uint32Array(BATCH_ROWS);
  readonly #address = new Float64Array(BATCH_ROWS);
  readonly #size = new Float64Array(BATCH_ROWS);
  readonly #header = new Uint8Array(BATCH_ROWS);
  readonly #slack = new Float64Array(BATCH_ROWS);
  readonly #length = new Float64Array(BATCH_ROWS);
  readonly #type = new Uint32Array(BATCH_ROWS);
  readonly #evidence = new Uint32Array(BATCH_ROWS);
  readonly #span = new Uint32Array(BATCH_ROWS);
  readonly #reachable = new Uint8Array(BATCH_ROWS);
  readonly #holderOffset = new Float64Array(BATCH_ROWS);
  readonly #owner = new Uint32Array(BATCH_ROWS);
  readonly #path = new Uint32Array(BATCH_ROWS);
  readonly #dominatedBytes = new Float64Array(BATCH_ROWS);
  readonly #retainedObjects = new Uint32Array(BATCH_ROWS);
  readonly #otherDominator = new Uint32Array(BATCH_ROWS);
  readonly #bytesKind = new KnownTexts([...BYTE_USES, null]);
  readonly #preview = new OwnTexts();
  #nextSpan = 0;

  constructor(columns: AnalysisColumns, answers: NodeAnswers, previews: PreviewReader | undefined) {
    this.#columns = columns;
    this.#answers = answers;
    this.#previews = previews;
    this.#isJava = isJava(columns.graph);
    this.#isBytes = listByteTypes(columns.graph.types);
    this.#uses = computeByteUses(columns.graph);
  }

  /** Objects [first, end), which are to be asked for in order. */
  read(first: ObjectIndex, end: ObjectIndex): Batch {
    const {graph, depth, holder} = this.#columns;
    this.#readPlaces(first, end);
    this.#readTypes(first, end);
    this.#readAnalyses(first, end);
    const ofNodes = (column: Uint32Array) => column.subarray(nodeOfObject(graph, first), nodeOfObject(graph, end));
    return {
      count: end - first,
      columns: [
        ...[this.#id, this.#address, this.#size, this.#type, this.#span],
        ...[ofNodes(depth), ofNodes(holder), this.#owner, this.#path, this.#evidence],
        ...[this.#holderOffset, this.#slack, this.#dominatedBytes, this.#retainedObjects, this.#otherDominator],
        ...[this.#length, this.#header, this.#reachable, this.#bytesKind, this.#preview],
      ],
    };
  }

  /** What follows from the span, which may have one object only, as of Java: so there is no call for a span. */
  #readPlaces(first: ObjectIndex, end: ObjectIndex): void {
    const {start, slotSize, header, scan} = this.#columns.graph.spans;
    const {firstObject, slot} = this.#columns.graph.objects;
    const [sizes, headers, spans, addresses, previews] = [this.#size, this.#header, this.#span, this.#address, this.#previews];
    this.#preview.clear();
    for (let object = first, row = 0; object < end; this.#nextSpan++) {
      const span = this.#nextSpan;
      const last = Math.min(end, firstObject[span + 1]!);
      const hasTexts = scan[span] === 0 || this.#isJava; // text of Go holds no pointers; that of Java lies behind them as well
      for (; object < last; object++, row++) {
        sizes[row] = slotSize[span]!;
        headers[row] = header[span]!;
        spans[row] = this.#isJava ? NONE : span;
        addresses[row] = start[span]! + slot[object]! * slotSize[span]!;
        if (hasTexts && previews) previews.read(span, object, this.#preview, row);
        else this.#preview.setNull(row);
      }
      if (object < firstObject[span + 1]!) return; // the next batch begins in it
    }
  }

  #readTypes(first: ObjectIndex, end: ObjectIndex): void {
    const {objects, types} = this.#columns.graph;
    for (let object = first, row = 0; object < end; object++, row++) {
      const type = objects.type[object]!;
      const length = type === 0 ? 0 : lengthOf(objects, object);
      this.#id[row] = nodeOfObject(this.#columns.graph, object);
      this.#type[row] = type;
      this.#slack[row] = types.kind[type] === UNKNOWN ? Number.NaN : this.#size[row]! - types.size[type]! * length;
      this.#length[row] = type === 0 ? Number.NaN : length;
      this.#evidence[row] = objects.evidence[object] === NO_EVIDENCE ? NONE : objects.evidence[object]!;
      this.#bytesKind.set(row, this.#isBytes[type] === 1 ? this.#uses[object]! : NO_BYTES);
    }
  }

  #readAnalyses(first: ObjectIndex, end: ObjectIndex): void {
    const {graph, reachable, holder, holderSlot, dominator, retained, retainedObjects} = this.#columns;
    const {ownerOf, pathOf} = this.#answers;
    for (let node = nodeOfObject(graph, first), row = 0; row < end - first; node++, row++) {
      const isReachable = getBit(reachable, node);
      this.#reachable[row] = isReachable ? 1 : 0;
      this.#holderOffset[row] = isReachable && holderSlot[node] !== NONE ? holderSlot[node]! * graph.edges.wordBytes : Number.NaN;
      this.#owner[row] = isReachable ? ownerOf[node]! + 1 : NONE;
      this.#path[row] = pathOf[node] || NONE;
      this.#dominatedBytes[row] = retained[node]! - this.#size[row]!;
      this.#retainedObjects[row] = isReachable ? retainedObjects[node]! : NONE;
      this.#otherDominator[row] = dominator[node] === holder[node] ? NONE : dominator[node]!;
    }
  }
}
