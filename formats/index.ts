/**
 * The list of formats: the only place that names all of them. `goheap convert --to NAME` looks here.
 */
import type {FormatExporter} from './exporter.js';
import {hprof} from './hprof/export-hprof.js';
import {parquet} from './parquet/export-parquet.js';
import {pprof} from './pprof/export-pprof.js';
import {sqlite} from './sqlite/export-sqlite.js';

export type {ExportableHeap, ExporterOption, FormatExporter} from './exporter.js';
export type {HprofOptions} from './hprof/export-hprof.js';
export type {ParquetOptions} from './parquet/export-parquet.js';
export type {PprofOptions} from './pprof/export-pprof.js';
export type {SqliteOptions} from './sqlite/export-sqlite.js';
export {hprof, parquet, pprof, sqlite};

/** Every bundled format, in the order in which `convert --list` shows them. */
export const formats: readonly FormatExporter[] = [sqlite, hprof, pprof, parquet];

export function findFormat(name: string): FormatExporter | undefined {
  return formats.find((format) => format.name === name);
}
