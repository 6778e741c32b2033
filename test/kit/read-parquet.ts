/**
 * Parquet files → rows, by a reader that is not ours (hyparquet): integers as numbers, times as milliseconds, NULL as null.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {parquetMetadata, parquetReadObjects} from 'hyparquet';

export type ParquetRow = Record<string, number | string | boolean | Uint8Array | null>;

export async function readParquet(path: string): Promise<ParquetRow[]> {
  const rows = await parquetReadObjects({file: bytesOf(path), compressors: {GZIP: (bytes) => gunzipSync(bytes)}, utf8: false});
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

/** By file name, without the ending. */
export async function readParquetFolder(folder: string): Promise<Record<string, ParquetRow[]>> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.parquet'));
  const read = files.map(async (name) => [name.slice(0, -'.parquet'.length), await readParquet(join(folder, name))] as const);
  return Object.fromEntries(await Promise.all(read));
}

export function parquetFooter(path: string) {
  return parquetMetadata(bytesOf(path));
}

function bytesOf(path: string): ArrayBuffer {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

function plain(value: unknown): ParquetRow[string] {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Date ? value.getTime() : (value as ParquetRow[string]);
}
