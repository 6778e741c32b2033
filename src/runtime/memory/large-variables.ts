/**
 * Variables that are so large that whoever looks at the process's memory asks what they are: crypto/internal/fips140/drbg.memory is 32 MiB
 * of every program with TLS, and untouched.
 */
import type {Bytes} from '../../base/units.js';
import type {Range} from '../../image/mappings.js';
import type {ProgramSymbol} from '../globals.js';
import type {GoRuntime} from '../go-runtime.js';

export interface LargeVariable extends Range {
  readonly name: string;
}

const LARGE: Bytes = 2 ** 20;

/** Of the executable, by symbol: none where it is stripped of them. */
export function findLargeVariables({image, modules}: GoRuntime, symbols: ReadonlyMap<string, ProgramSymbol>): LargeVariable[] {
  const data = modules.flatMap(({sections, noptrdata, noptrbss}) => [...sections, noptrdata, noptrbss]);
  return Array.from(symbols, ([name, {address, size}]) => ({name, start: address + image.bias, end: address + image.bias + size}))
    .filter(({start, end}) => end - start >= LARGE && data.some((section) => section.start <= start && end <= section.end))
    .sort((a, b) => a.start - b.start);
}
