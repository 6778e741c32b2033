/**
 * What a table of schema.sql is to a format: its name, its columns, and a loop that hands over the cells row by row.
 * Any format may take these. No object per row: cells go straight into the format's own buffers.
 */

/** null is "not known" or "there is none"; a bigint is an integer for a column of any type, where a number would be taken as a fraction. */
export type TableCell = number | bigint | string | Uint8Array | null;

/** Where a table's cells go: `put` once for each column, in order, then `endRow`. */
export interface RowSink {
  put(value: TableCell): void;
  /** True now and then: the caller then awaits `pause()`, which reports progress and lets Ctrl-C through. */
  endRow(): boolean;
  pause(): Promise<void>;
}

export interface RowTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rowCount: number; // as the graph says; a format checks it against what it wrote
  readonly sorted?: boolean; // true: a row per object or pointer, in the order of the key, integers and short texts only
  readonly largeCells?: boolean; // true: cells may be megabytes, so rows should not be collected
  write(sink: RowSink): Promise<void>;
}

export type ContentsLevel = 'none' | 'preview' | 'full';

/** A number that may be unknown. */
export function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
