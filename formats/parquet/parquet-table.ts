/**
 * What a Parquet file of ours has: columns with the type that each has in every file of its table, whatever its rows are.
 * Integers are INT64 with a sign, as SQLite's are: an unsigned one would be a decimal in Spark. A column that may lack a value says so in each file,
 * so that files of one table have one schema.
 */
import type {Batches} from '../../src/base/column-batch.js';

/** `time`: milliseconds since 1970, UTC. */
export type ParquetKind = 'integer' | 'boolean' | 'double' | 'text' | 'bytes' | 'time';

export interface ParquetColumn {
  readonly name: string;
  readonly kind: ParquetKind;
}

export interface ParquetTable {
  readonly name: string;
  readonly columns: readonly ParquetColumn[];
  readonly rowCount?: number | undefined;
  batches(): Batches;
}

/** `name:kind …`, where what has no kind is an integer. */
export function columnsOf(text: string): ParquetColumn[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [name, kind = 'integer'] = word.split(':') as [string, ParquetKind?];
      return {name, kind};
    });
}
