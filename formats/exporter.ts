/**
 * What an exporter is: one object that writes an analyzed heap to a file, and says which options it takes. `writeHeap` (src/index.ts)
 * checks these, gives it a temporary path beside the target and renames the file when all went well, so an exporter never has to
 * check options or to clean up after itself. `goheap convert` makes its flags of the options of all formats.
 */

import type {AnalysisColumns} from '../src/analyses/analysis-columns.js';
import type {Work} from '../src/base/progress.js';

/** The part of `AnalyzedHeap` (docs/library.md) that the bundled exporters use. */
export interface ExportableHeap {
  readonly columns: AnalysisColumns;
}

/** An option as the exporter declares it. Its value is one of `values`; true (a switch); a RegExp (a pattern); any text; or several texts (a list). */
export type ExporterOption =
  | {readonly kind: 'choice'; readonly values: readonly string[]; readonly default?: string; readonly help: string}
  | {readonly kind: 'switch' | 'pattern' | 'text' | 'list'; readonly help: string};

export interface FormatExporter<Options extends object = object> {
  readonly name: string; // 'sqlite'
  readonly extension: string; // '.db'
  readonly isFolder?: boolean; // true: it writes a folder of files that end with `extension`
  readonly summary: string; // one line for --help
  readonly losses: readonly string[]; // what the format cannot carry
  /** By name. What is not declared here is refused, so that nobody believes in a redaction that never happened. */
  readonly options?: Readonly<Record<string, ExporterOption>>;
  /** Writes a new file, or a new folder, at `path`; throws a GoheapError when it cannot. */
  write(heap: ExportableHeap, path: string, options: Options, work: Work): Promise<void>;
}

/** Of every format that may carry the program's own data; `contents` keeps its default out, because it is not the same everywhere. */
export const PRIVACY_OPTIONS = {
  contents: {
    kind: 'choice',
    values: ['none', 'preview', 'full'],
    help: "how much of the heap's own data to keep; else preview, the first bytes of texts",
  },
  redact: {kind: 'pattern', help: 'replace what matches by asterisks in all data of the program that are kept'},
} as const satisfies Readonly<Record<string, ExporterOption>>;
