/**
 * `objects` of a heap without spans, as of Java → a span for each object, as the reader of the file made them.
 */
import {Column} from '../base/columns.js';
import {checkpoint, type Work} from '../base/progress.js';
import type {SpanTable, TypeTable} from '../graph/heap-graph.js';
import {objectSpans} from '../graph/object-spans.js';
import type {Connection} from './open-database.js';
import {contradiction, numberOr, rowChunks} from './table-reader.js';

/** Throws `bad-format` for sizes that no object has. */
export async function readObjectSpans(connection: Connection, types: TypeTable, work: Work): Promise<SpanTable> {
  const [start, size] = [new Column(Float64Array), new Column(Float64Array)];
  const [header, scan] = [new Column(Uint8Array), new Column(Uint8Array)];
  for (const chunk of rowChunks(connection, 'objects', ['id'], ['address', 'size', 'header', 'type_id'])) {
    for (const row of chunk) {
      const bytes = numberOr(row[2], 0);
      if (!(bytes > 0)) throw contradiction('objects', row[0], `it has ${bytes} bytes`);
      start.push(numberOr(row[1], Number.NaN));
      size.push(bytes);
      header.push(numberOr(row[3], 0));
      scan.push((types.pointerWords[numberOr(row[4], 0)] ?? 0) > 0 ? 1 : 0);
    }
    await checkpoint(work);
  }
  return objectSpans({start: start.finish(), slotSize: narrowed(size.finish()), header: header.finish(), scan: scan.finish()});
}

function narrowed(size: Float64Array): Uint32Array | Float64Array {
  return size.every((bytes) => bytes < 2 ** 32) ? Uint32Array.from(size) : size;
}
