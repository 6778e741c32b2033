/**
 * The analyzed heap → a folder with a Parquet file for each table: the tables of a fleet, which many dumps share, or all of one dump.
 * Mapping and losses: README.md beside this file. Rows come from src/tables/heap-tables.ts, as those of the database do.
 */
import {createHash} from 'node:crypto';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {fileWriter} from 'hyparquet-writer';
import {packageVersion} from '../../src/base/package-file.js';
import type {Work} from '../../src/base/progress.js';
import {SCHEMA_VERSION} from '../../src/sql/schema.js';
import {type ContentsLevel, tablesOf} from '../../src/tables/heap-tables.js';
import {type ExportableHeap, type FormatExporter, PRIVACY_OPTIONS} from '../exporter.js';
import {dumpLabels} from './dump-labels.js';
import {dumpTables} from './dump-tables.js';
import {fleetTables} from './fleet-tables.js';
import {writeTableFile} from './table-file.js';

export interface ParquetOptions {
  /** How much of the heap's own data to keep in the tables of one dump; else nothing. The fleet's tables never have any. */
  readonly contents?: ContentsLevel;
  /** What matches is replaced by asterisks wherever the heap's own data are kept. */
  readonly redact?: RegExp;
  /** `fleet` (the default): those that many dumps share, with labels in every row. `all`: every table of this dump. */
  readonly tables?: 'fleet' | 'all';
  /** Of a fleet's dumps: which program; else its main package. */
  readonly service?: string | undefined;
  /** Its version; else as its build info says. */
  readonly version?: string | undefined;
  /** Where it ran; else not known. */
  readonly host?: string | undefined;
  /** Others, NAME=VALUE each. */
  readonly label?: readonly string[] | undefined;
}

export const parquet: FormatExporter<ParquetOptions> = {
  name: 'parquet',
  extension: '.parquet',
  isFolder: true,
  summary: 'Parquet files for DuckDB, Spark and pandas: roll-ups of a dump for tables of many, or all tables of one',
  losses: ['objects, pointers and goroutines of their own in the tables of a fleet', 'the bytes of objects, unless contents are full'],
  options: {
    contents: {...PRIVACY_OPTIONS.contents, default: 'none', help: 'the same of Parquet'},
    redact: PRIVACY_OPTIONS.redact,
    tables: {kind: 'choice', values: ['fleet', 'all'], default: 'fleet', help: 'those that many dumps share, or all of this dump'},
    service: {kind: 'text', help: 'label of the dump: which program; else its main package'},
    version: {kind: 'text', help: 'label: its version; else as its build info says'},
    host: {kind: 'text', help: 'label: where it ran; else not known'},
    label: {kind: 'list', help: 'another label, NAME=VALUE'},
  } as const satisfies Record<keyof ParquetOptions, object>,
  write: writeParquet,
};

/** gzip, because every engine reads it; the fastest, because what is left after packing shrinks little. */
const compress = (bytes: Uint8Array) => gzipSync(bytes, {level: 1});

async function writeParquet(heap: ExportableHeap, path: string, options: ParquetOptions, work: Work): Promise<void> {
  const {tables: which = 'fleet', redact} = options;
  const isFleet = which === 'fleet';
  const contents = isFleet ? 'none' : (options.contents ?? 'none');
  const meta = {schema_version: SCHEMA_VERSION, goheap_version: packageVersion()};
  const labels = dumpLabels(heap.columns.graph.metadata, options, hashText); // before the work
  const tables = tablesOf(heap.columns, {contents, redact, meta, work});
  mkdirSync(path);
  const files = isFleet ? await fleetTables(tables, labels, hashText, work) : dumpTables(tables);
  for (const table of files) await writeTableFile(table, fileWriter(join(path, `${table.name}.parquet`)), compress, work);
}

/** Of two texts never the same by chance. */
export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
