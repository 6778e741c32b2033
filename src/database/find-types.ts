/**
 * T of --type as a user writes it → the types that it means: a whole name (example.com/shop/store.Item), or one with the last part of its
 * import path, as tables print it (store.Item). Local types of several functions may share a name.
 */
import {GoheapError} from '../base/errors.js';
import {nearestWords} from '../base/nearest-words.js';
import type {SqlDatabase} from '../sql/index.js';
import {typeNames} from './queries/object-queries.js';
import {type RowOf, runQuery} from './queries/run-query.js';

/** How many of several candidates an error names. */
const NAMED = 10;

/** At least one, all of one name. Throws `usage` for what names none, or types of several packages. */
export async function findTypes(database: SqlDatabase, text: string): Promise<RowOf<typeof typeNames>[]> {
  const rows = await runQuery(database, typeNames, {});
  const whole = rows.filter(({type}) => type === text);
  if (whole.length > 0) return whole;
  const shortened = rows.filter(({type}) => type!.replaceAll(/[\w.~%+-]+\//g, '') === text);
  const names = [...new Set(shortened.map(({type}) => type!))];
  if (names.length === 1) return shortened;
  if (names.length > 1)
    throw new GoheapError('usage', `${text}: ${names.length} types are called so`, {
      hint: `Give one of ${names.slice(0, NAMED).join(', ')}`,
    });
  throw new GoheapError('usage', `${text}: no type that has objects`, {hint: hintFor(text, [...new Set(rows.map(({type}) => type!))])});
}

/** Types that are written nearly so, or so without their package; in the order of their bytes. */
function hintFor(text: string, names: readonly string[]): string {
  const withPackage = names.filter((name) => name.endsWith(`.${text}`) && !/[[({*]/.test(name.slice(0, -text.length))).slice(0, NAMED);
  const near = withPackage.length > 0 ? withPackage : nearestWords(text, names);
  return near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'goheap histogram INPUT lists the types.';
}
