/**
 * Names of types and functions as this program's pages show them: import paths are as short as they can be and still tell its packages apart.
 */
import {signal} from '@preact/signals';
import {packages} from '../../src/database/queries/type-queries.js';
import {ask} from './api.js';
import {sharedSuffixes, shortType} from './format.js';

const shared = signal<ReadonlySet<string>>(new Set());

/** To be called once the database has its types; without an answer paths are cut to their last folder. */
export async function learnPackages(): Promise<void> {
  const rows = await ask(packages, {}).catch(() => []);
  shared.value = sharedSuffixes(rows.map((row) => row.package!));
}

/** Components that show it draw anew when the packages are known. */
export function shortName(name: string): string {
  const {value} = shared;
  return shortType(name, (suffix) => value.has(suffix));
}
