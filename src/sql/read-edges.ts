/**
 * `edges` → pointers in CSR form, with the few exceptions (interior, not followed) as sorted lists, and the bridge bits.
 */
import {Column} from '../base/columns.js';
import {checkpoint, type Work} from '../base/progress.js';
import type {EdgeTable, ObjectTable, SpanTable} from '../graph/heap-graph.js';
import {headerOf} from '../graph/objects.js';
import type {Connection} from './open-database.js';
import {contradiction, eachRow, numberOr} from './table-reader.js';

const ROWS_PER_PAUSE = 1 << 16;

export async function readEdges(
  connection: Connection,
  graph: {readonly spans: SpanTable; readonly objects: ObjectTable; readonly roots: {readonly count: number}},
  work: Work,
): Promise<{edges: EdgeTable; bridge: Uint8Array}> {
  const firstNode = 1 + graph.roots.count;
  const nodes = firstNode + graph.objects.count;
  const firstEdge = new Uint32Array(nodes + 1);
  const slot = new Column(Uint32Array);
  const target = new Column(Uint32Array);
  const notFollowed = new Column(Uint32Array);
  const interiorEdge = new Column(Uint32Array);
  const interiorOffset = new Column(Float64Array);
  const bridge = new Column(Uint8Array);
  for (const row of eachRow(connection, 'edges', 'source_id, offset, target_id, target_offset, bridge, followed', 'source_id, offset')) {
    const [from, offset, to, targetOffset, isBridge, followed] = row.map((cell) => numberOr(cell, -1)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const edge = slot.length;
    if (!(from >= 0 && from < nodes) || !(to >= firstNode && to < nodes)) throw contradiction('edges', `${from} → ${to}`, 'no such nodes');
    firstEdge[from + 1]++;
    slot.push(offset / 8);
    target.push(to);
    if (followed === 0) notFollowed.push(edge);
    if (targetOffset !== headerOf(graph, to - firstNode)) {
      interiorEdge.push(edge);
      interiorOffset.push(targetOffset);
    }
    if ((edge & 7) === 0) bridge.push(0);
    if (isBridge === 1) bridge.data[edge >>> 3]! |= 1 << (edge & 7);
    if (slot.length % ROWS_PER_PAUSE === 0) {
      work.onProgress?.('read edges', slot.length, slot.length);
      await checkpoint(work);
    }
  }
  for (let node = 0; node < nodes; node++) firstEdge[node + 1] += firstEdge[node]!;
  const edges = {
    count: slot.length,
    firstEdge,
    slot: slot.finish(),
    target: target.finish(),
    notFollowed: notFollowed.finish(),
    interiorEdge: interiorEdge.finish(),
    interiorOffset: interiorOffset.finish(),
  };
  return {edges, bridge: bridge.finish()};
}
