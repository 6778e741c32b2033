/**
 * truth.json → what a fixture program said about itself just before its core was written (fixtures/programs/common.go).
 */
import {readFileSync} from 'node:fs';

export interface Truth {
  readonly go: string;
  readonly goarch: string;
  readonly pid: number;
  /** What the program built, by type or description; bytes are before rounding to size classes. */
  readonly built: Readonly<Record<string, {readonly count: number; readonly bytes: number; readonly note: string}>>;
  readonly addresses: Readonly<Record<string, number>>;
  readonly facts: Readonly<Record<string, string>>;
  /** What runtime.NumGoroutine said. */
  readonly goroutines: number;
  readonly memstats: Readonly<Record<string, number>>;
  /** Addresses of objects that were dropped after the last collection: in the heap, and nobody points to them. */
  readonly dead: readonly number[];
  /** Live objects by size class: [size, count]. */
  readonly bySize: readonly (readonly [number, number])[];
}

interface TruthFile extends Omit<Truth, 'addresses'> {
  readonly addrs: Readonly<Record<string, string>>;
}

export function readTruth(path: string): Truth {
  const {addrs, ...rest} = JSON.parse(readFileSync(path, 'utf8')) as TruthFile;
  return {...rest, addresses: Object.fromEntries(Object.entries(addrs).map(([name, text]) => [name, Number(text)]))};
}
