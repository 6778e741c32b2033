/**
 * The values of a column in one row group → its pages: integers as differences, booleans as runs, texts through a dictionary where that is shorter; least, greatest
 * and the number of NULLs, by which readers skip groups. Truth: parquet.thrift of apache/parquet-format, data pages of version 2.
 */
import type {Writer} from 'hyparquet-writer';
import {writePageHeader} from 'hyparquet-writer/src/datapage.js';
import {NONE} from '../../src/base/units.js';
import {NumberValues, type TextValues} from './column-values.js';
import {encodeDeltas, isDeltaRange} from './encode-integers.js';
import {encodeOnes, encodeRuns, widthOf} from './encode-runs.js';
import type {ParquetColumn} from './parquet-table.js';

type Encoding = NonNullable<Parameters<typeof writePageHeader>[1]['data_page_header_v2']>['encoding'];
export type Compress = (bytes: Uint8Array) => Uint8Array;

/** Values that are there, encoded, and what is known of all of them. */
interface Encoded {
  readonly data: Uint8Array;
  readonly encoding: Encoding;
  readonly dictionary?: {readonly data: Uint8Array; readonly count: number} | undefined;
  readonly least?: number | boolean | Uint8Array | undefined;
  readonly most?: number | boolean | Uint8Array | undefined;
}
type Present = {readonly isThere: Uint8Array; readonly count: number};

/** Bytes are compressed when a first piece of them shrinks to less than that: packed ids do not, and would only cost their readers time. */
const WORTH_IT = 0.9;
const TRIED = 1 << 15;

const PHYSICAL = {integer: 'INT64', time: 'INT64', boolean: 'BOOLEAN', double: 'DOUBLE', text: 'BYTE_ARRAY', bytes: 'BYTE_ARRAY'} as const;

/** Appends the pages to `writer` and returns what the file's footer says of them. */
export function writeChunk(writer: Writer, {name, kind}: ParquetColumn, values: NumberValues | TextValues, compress: Compress) {
  const {encoded, present} = values instanceof NumberValues ? encodeNumbers(kind, values) : encodeTexts(values);
  const {data, encoding, dictionary, least, most} = encoded;
  const isShrinking = data.length + (dictionary?.data.length ?? 0) > 64 && worthIt(data, dictionary?.data, compress);
  const packed = (bytes: Uint8Array) => (isShrinking ? compress(bytes) : bytes);
  const start = writer.offset;
  let uncompressed = 0;
  if (dictionary) {
    const bytes = packed(dictionary.data);
    uncompressed += writePage(writer, new Uint8Array(), bytes, dictionary.data.length, {
      type: 'DICTIONARY_PAGE',
      dictionary_page_header: {num_values: dictionary.count, encoding: 'PLAIN'},
    });
  }
  const dataStart = writer.offset;
  const levels = present.count === values.count ? encodeOnes(values.count) : encodeRuns(present.isThere, values.count, 1);
  uncompressed += writePage(writer, levels, packed(data), data.length, {
    type: 'DATA_PAGE_V2',
    data_page_header_v2: {
      num_values: values.count,
      num_nulls: values.count - present.count,
      num_rows: values.count,
      encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: isShrinking,
    },
  });
  return {
    meta_data: {
      type: PHYSICAL[kind],
      encodings: (dictionary ? ['PLAIN', encoding] : [encoding]) as Encoding[],
      path_in_schema: [name],
      codec: isShrinking ? ('GZIP' as const) : ('UNCOMPRESSED' as const),
      num_values: BigInt(values.count),
      total_compressed_size: BigInt(writer.offset - start),
      total_uncompressed_size: BigInt(uncompressed),
      data_page_offset: BigInt(dataStart),
      ...(dictionary ? {dictionary_page_offset: BigInt(start)} : {}),
      statistics: {
        null_count: BigInt(values.count - present.count),
        ...(least === undefined || most === undefined ? {} : {min_value: least, max_value: most}),
      },
    },
    file_offset: BigInt(start),
  };
}

type PageHeader = Omit<Parameters<typeof writePageHeader>[1], 'uncompressed_page_size' | 'compressed_page_size'>;

/** Returns the size that the page would have uncompressed, header included. */
function writePage(writer: Writer, levels: Uint8Array, data: Uint8Array, size: number, header: PageHeader): number {
  const start = writer.offset;
  writePageHeader(writer, {
    ...header,
    uncompressed_page_size: levels.length + size,
    compressed_page_size: levels.length + data.length,
  });
  const headerBytes = writer.offset - start;
  writer.appendBytes(levels);
  writer.appendBytes(data);
  return headerBytes + levels.length + size;
}

function worthIt(data: Uint8Array, dictionary: Uint8Array | undefined, compress: Compress): boolean {
  const tried = (dictionary && dictionary.length > data.length ? dictionary : data).subarray(0, TRIED);
  return compress(tried).length < WORTH_IT * tried.length;
}

function encodeNumbers(kind: ParquetColumn['kind'], {values, count}: NumberValues): {encoded: Encoded; present: Present} {
  const isThere = new Uint8Array(count);
  const dense = new Float64Array(count);
  let there = 0;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < count; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    isThere[row] = 1;
    dense[there++] = value;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const present = {isThere, count: there};
  if (kind === 'boolean') return {encoded: encodeBooleans(dense, there), present};
  const bounds = there === 0 ? {} : {least, most};
  if (kind === 'double') return {encoded: {data: plainDoubles(dense, there), encoding: 'PLAIN', ...bounds}, present};
  const isDelta = there === 0 || isDeltaRange(least, most);
  const data = isDelta ? encodeDeltas(dense, there) : plainIntegers(dense, there);
  return {encoded: {data, encoding: isDelta ? 'DELTA_BINARY_PACKED' : 'PLAIN', ...bounds}, present};
}

function encodeBooleans(values: Float64Array, count: number): Encoded {
  const bits = Uint8Array.from(values.subarray(0, count), (value) => (value === 0 ? 0 : 1));
  const runs = encodeRuns(bits, count, 1);
  const data = new Uint8Array(4 + runs.length);
  new DataView(data.buffer).setUint32(0, runs.length, true);
  data.set(runs, 4);
  return {data, encoding: 'RLE', ...(count === 0 ? {} : {least: !bits.includes(0), most: bits.includes(1)})};
}

function plainDoubles(values: Float64Array, count: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * count));
  for (let at = 0; at < count; at++) view.setFloat64(8 * at, values[at]!, true);
  return new Uint8Array(view.buffer);
}

function plainIntegers(values: Float64Array, count: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * count));
  for (let at = 0; at < count; at++) view.setBigInt64(8 * at, BigInt(values[at]!), true);
  return new Uint8Array(view.buffer);
}

/** A dictionary where a text comes twice on average. */
function encodeTexts(values: TextValues): {encoded: Encoded; present: Present} {
  const {entryOf, count, entries} = values;
  const isThere = new Uint8Array(count);
  const dense = new Uint32Array(count);
  let there = 0;
  for (let row = 0; row < count; row++) {
    if (entryOf[row] === NONE) continue;
    isThere[row] = 1;
    dense[there++] = entryOf[row]!;
  }
  const present = {isThere, count: there};
  const bounds = boundsOf(values);
  if (there < 2 * entries || entries === 0)
    return {encoded: {data: plainTexts(values, dense, there), encoding: 'PLAIN', ...bounds}, present};
  const width = widthOf(entries - 1);
  const runs = encodeRuns(dense, there, width);
  const data = new Uint8Array(1 + runs.length);
  data[0] = width;
  data.set(runs, 1);
  const all = Uint32Array.from({length: entries}, (_, entry) => entry);
  const dictionary = {data: plainTexts(values, all, entries), count: entries};
  return {encoded: {data, encoding: 'RLE_DICTIONARY', dictionary, ...bounds}, present};
}

function plainTexts(values: TextValues, list: Uint32Array, count: number): Uint8Array {
  let size = 0;
  for (let at = 0; at < count; at++) size += 4 + values.entry(list[at]!).length;
  const data = new Uint8Array(size);
  const view = new DataView(data.buffer);
  let end = 0;
  for (let at = 0; at < count; at++) {
    const bytes = values.entry(list[at]!);
    view.setUint32(end, bytes.length, true);
    data.set(bytes, end + 4);
    end += 4 + bytes.length;
  }
  return data;
}

/** In the order of their bytes, which is Parquet's for texts. */
function boundsOf(values: TextValues): Pick<Encoded, 'least' | 'most'> {
  if (values.entries === 0) return {};
  let least = values.entry(0);
  let most = least;
  for (let at = 1; at < values.entries; at++) {
    const entry = values.entry(at);
    if (compareBytes(entry, least) < 0) least = entry;
    if (compareBytes(entry, most) > 0) most = entry;
  }
  return {least, most};
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) if (left[at] !== right[at]) return left[at]! - right[at]!;
  return left.length - right.length;
}
