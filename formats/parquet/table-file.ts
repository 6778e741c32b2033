/**
 * A table → one Parquet file, a row group at a time: so many rows are in memory and no more. Schema, page headers and footer are hyparquet-writer's; the pages of a group
 * are ours (column-chunk.ts), because the library makes an object of every value.
 */
import {ParquetWriter, schemaFromColumnData, type Writer} from 'hyparquet-writer';
import {BATCH_ROWS, type Batch, type BatchColumn} from '../../src/base/column-batch.js';
import {GoheapError} from '../../src/base/errors.js';
import {checkpoint, type Work} from '../../src/base/progress.js';
import {type Compress, writeChunk} from './column-chunk.js';
import {NumberValues, TextValues} from './column-values.js';
import type {ParquetKind, ParquetTable} from './parquet-table.js';

/** Rows of a group: what engines hand to one of their threads. */
const GROUP_ROWS = 200_000;
/** Or fewer, when their texts and bytes take that much. */
const GROUP_BYTES = 64 << 20;
/** Of names in the statistics: cut earlier, those of one package could not be told apart. */
const STATISTICS_BYTES = 64;

/** What the library leaves out: without it engines take a time for one of no zone, once a file was written again. */
const UTC_MILLIS = {type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS'} as const;

const TYPES = {integer: 'INT64', time: 'TIMESTAMP', boolean: 'BOOLEAN', double: 'DOUBLE', text: 'STRING', bytes: 'BYTE_ARRAY'} as const;

/** Returns the number of rows. Throws `mismatch` when it is not what the table said. */
export async function writeTableFile(table: ParquetTable, writer: Writer, compress: Compress, work: Work): Promise<number> {
  const {name, columns, rowCount} = table;
  const stage = `write ${name}`;
  work.onProgress?.(stage, 0, rowCount ?? 0);
  const file = new TableFile(table, writer, compress);
  let [count, told] = [0, 0];
  for await (const batch of table.batches()) {
    if (batch.columns.length !== columns.length) throw new GoheapError('mismatch', `${name}: rows of ${batch.columns.length} cells`);
    file.add(batch);
    count += batch.count;
    if (count - told < GROUP_ROWS) continue;
    told = count;
    work.onProgress?.(stage, count, Math.max(rowCount ?? 0, count));
    await checkpoint(work);
  }
  file.finish();
  work.onProgress?.(stage, count, count);
  await checkpoint(work);
  if (rowCount !== undefined && count !== rowCount) {
    throw new GoheapError('mismatch', `table ${name}: ${count} rows written; expected ${rowCount}`, {
      hint: 'This is a bug of goheap: please report it.',
    });
  }
  return count;
}

class TableFile {
  readonly #table: ParquetTable;
  readonly #writer: Writer;
  readonly #compress: Compress;
  readonly #file: ParquetWriter;
  readonly #values: (NumberValues | TextValues)[];
  readonly #room: number; // rows of a group
  #rows = 0;

  constructor(table: ParquetTable, writer: Writer, compress: Compress) {
    this.#table = table;
    this.#writer = writer;
    this.#compress = compress;
    const columnData = table.columns.map(({name, kind}) => ({name, type: TYPES[kind], nullable: true, data: []}));
    const schema = schemaFromColumnData({columnData}).map((element) =>
      element.converted_type === 'TIMESTAMP_MILLIS' ? {...element, logical_type: UTC_MILLIS} : element,
    );
    this.#file = new ParquetWriter({writer, schema, statisticsTruncateLength: STATISTICS_BYTES, createdBy: 'goheap (hyparquet-writer)'});
    const room = Math.min(GROUP_ROWS, Math.max(table.rowCount ?? GROUP_ROWS, 1));
    this.#values = table.columns.map(({kind}) => (isText(kind) ? new TextValues(room) : new NumberValues(room)));
    this.#room = room;
  }

  /** In parts, where the group has not room for all. */
  add({count, columns}: Batch): void {
    for (let first = 0; first < count; ) {
      const rows = Math.min(count - first, this.#room - this.#rows, BATCH_ROWS);
      for (const [index, column] of columns.entries()) this.#values[index]!.add(first === 0 ? column : cut(column, first), rows);
      this.#rows += rows;
      first += rows;
      if (this.#rows === this.#room || this.#values.some(({poolBytes}) => poolBytes > GROUP_BYTES)) this.#writeGroup();
    }
  }
  finish(): void {
    if (this.#rows > 0) this.#writeGroup();
    this.#file.finish();
  }

  #writeGroup(): void {
    const start = this.#writer.offset;
    const columns = this.#table.columns.map((column, index) => {
      const values = this.#values[index]!;
      const chunk = writeChunk(this.#writer, column, values, this.#compress);
      values.clear();
      return chunk;
    });
    const total = columns.reduce((sum, {meta_data}) => sum + meta_data.total_uncompressed_size, 0n);
    this.#file.num_rows += BigInt(this.#rows);
    this.#file.row_groups.push({
      columns,
      total_byte_size: total,
      num_rows: BigInt(this.#rows),
      total_compressed_size: BigInt(this.#writer.offset - start),
    });
    this.#rows = 0;
  }
}

function isText(kind: ParquetKind): boolean {
  return kind === 'text' || kind === 'bytes';
}

function cut(column: BatchColumn, first: number): BatchColumn {
  if ('pool' in column) return {pool: column.pool, start: column.start.subarray(first), length: column.length.subarray(first)};
  return 'subarray' in column ? column.subarray(first) : column.slice(first);
}
