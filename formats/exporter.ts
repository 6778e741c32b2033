/**
 * What an exporter is: one object that writes an analyzed heap to a file. `writeHeap` (src/index.ts) gives it a temporary
 * path beside the target and renames the file when all went well, so an exporter never has to clean up after itself.
 */

import type {AnalysisColumns} from '../src/analyses/analysis-columns.js';
import type {Work} from '../src/base/progress.js';

/** The part of `AnalyzedHeap` (docs/library.md) that the bundled exporters use. */
export interface ExportableHeap {
  readonly columns: AnalysisColumns;
}

export interface Exporter<Options extends object = object> {
  readonly name: string; // 'sqlite'
  readonly extension: string; // '.db'
  readonly summary: string; // one line for --help
  readonly losses: readonly string[]; // what the format cannot carry
  /** Writes a new file at `path`; throws a GoheapError when it cannot. */
  write(heap: ExportableHeap, path: string, options: Options, work: Work): Promise<void>;
}
