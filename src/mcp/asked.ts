/**
 * One call of a tool: which dump it is about, what it asks, and whether strings may be in the answer.
 */
import type {LateValues} from '../database/late-values.js';
import type {SqlDatabase} from '../sql/index.js';

/** Arguments as the tool's schema allows them. */
export interface ToolArguments {
  readonly top?: number;
  readonly under?: string;
  readonly filter?: string;
  readonly object?: string;
  readonly all?: number;
  readonly avoid?: readonly string[];
  readonly type?: string;
  readonly owner?: string;
  readonly exclude?: readonly string[];
  readonly cut?: readonly string[];
  readonly drop?: readonly string[];
  readonly leaked?: boolean;
  readonly locals?: boolean;
  readonly sql?: string;
}
/** What a call is about. */
export interface Asked {
  readonly number: number; // of the dump, from 1
  readonly database: SqlDatabase;
  readonly args: ToolArguments;
  /** Where strings of the dump are wanted. */
  readonly values: LateValues | undefined;
  readonly inputs: readonly string[]; // names of all dumps
}
