/**
 * `edges` → pointers in CSR form, with the few exceptions (interior, not followed) as sorted lists, and the bridge bits.
 */
import {Column} from '../base/columns.js';
import {checkpoint, type Work} from '../base/progress.js';
import type {EdgeTable, ObjectTable, SpanTable} from '../graph/heap-graph.js';
import {firstObjectNode, ObjectHeaders} from '../graph/objects.js';
import type {Connection} from './open-database.js';
import {type Cells, contradiction, numberOr, rowChunks} from './table-reader.js';

type Owners = {readonly spans: SpanTable; readonly objects: ObjectTable; readonly roots: {readonly count: number}};

/** Throws `bad-format` for a pointer from or to a node that does not exist. */
export async function readEdges(
  connection: Connection,
  owners: Owners,
  wordBytes: 4 | 8,
  work: Work,
): Promise<{edges: EdgeTable; bridge: Uint8Array}> {
  const columns = new EdgeColumns(owners, wordBytes);
  for (const chunk of rowChunks(connection, 'edges', ['source_id', 'offset'], ['target_id', 'target_offset', 'bridge', 'followed'])) {
    for (const row of chunk) columns.add(row);
    work.onProgress?.('read edges', columns.count, columns.count);
    await checkpoint(work);
  }
  return columns.finish();
}

class EdgeColumns {
  readonly #firstNode: number; // of the objects
  readonly #nodes: number;
  readonly #headers: ObjectHeaders;
  readonly #wordBytes: 4 | 8;
  readonly #firstEdge: Uint32Array; // counts per node until finish()
  readonly #slot = new Column(Uint32Array);
  readonly #target = new Column(Uint32Array);
  readonly #notFollowed = new Column(Uint32Array);
  readonly #interiorEdge = new Column(Uint32Array);
  readonly #interiorOffset = new Column(Float64Array);
  readonly #bridge = new Column(Uint8Array);

  constructor(owners: Owners, wordBytes: 4 | 8) {
    this.#firstNode = firstObjectNode(owners);
    this.#nodes = this.#firstNode + owners.objects.count;
    this.#headers = new ObjectHeaders(owners);
    this.#wordBytes = wordBytes;
    this.#firstEdge = new Uint32Array(this.#nodes + 1);
  }

  get count(): number {
    return this.#slot.length;
  }

  add(row: Cells): void {
    const edge = this.count;
    const source = numberOr(row[0], -1);
    const target = numberOr(row[2], -1);
    if (!(source >= 0 && source < this.#nodes && target >= this.#firstNode && target < this.#nodes)) {
      throw contradiction('edges', `${source} → ${target}`, 'no such nodes');
    }
    this.#firstEdge[source + 1]++;
    this.#slot.push(numberOr(row[1], 0) / this.#wordBytes);
    this.#target.push(target);
    const targetOffset = numberOr(row[3], 0);
    if (targetOffset !== this.#headers.of(target - this.#firstNode)) {
      this.#interiorEdge.push(edge);
      this.#interiorOffset.push(targetOffset);
    }
    if ((edge & 7) === 0) this.#bridge.push(0);
    if (row[4] === 1) this.#bridge.data[edge >>> 3]! |= 1 << (edge & 7);
    if (row[5] === 0) this.#notFollowed.push(edge);
  }

  finish(): {edges: EdgeTable; bridge: Uint8Array} {
    for (let node = 0; node < this.#nodes; node++) this.#firstEdge[node + 1] += this.#firstEdge[node]!;
    const edges = {
      count: this.count,
      wordBytes: this.#wordBytes,
      firstEdge: this.#firstEdge,
      slot: this.#slot.finish(),
      target: this.#target.finish(),
      notFollowed: this.#notFollowed.finish(),
      interiorEdge: this.#interiorEdge.finish(),
      interiorOffset: this.#interiorOffset.finish(),
    };
    return {edges, bridge: this.#bridge.finish()};
  }
}
