/**
 * A name as a user writes it → the rows that it means: a whole name (example.com/shop/store.Item), or one with the last part of its import
 * path, as tables print it (store.Item). Several rows may share a name: local types of several functions do.
 */
import {GoheapError} from '../base/errors.js';
import {nearestWords} from '../base/nearest-words.js';

/** How many of several candidates an error names. */
const NAMED = 10;

/** How messages call what is looked for. */
interface Wording {
  /** What is said of a name of several packages: `types are called so`. */
  readonly several: string;
  /** Of a name that there is not: `no type that has objects`. */
  readonly none: string;
  /** Where nothing is written nearly so. */
  readonly listed: string;
}

/** At least one, all of one name. Throws `usage` for what names none, or names of several packages; hints keep the order of `rows`. */
export function findByWrittenName<R>(rows: readonly R[], nameOf: (row: R) => string, text: string, wording: Wording): R[] {
  const whole = rows.filter((row) => nameOf(row) === text);
  if (whole.length > 0) return whole;
  const shortened = rows.filter((row) => shortName(nameOf(row)) === text);
  const names = [...new Set(shortened.map(nameOf))];
  if (names.length === 1) return shortened;
  if (names.length > 1)
    throw new GoheapError('usage', `${text}: ${names.length} ${wording.several}`, {
      hint: `Give one of ${names.slice(0, NAMED).join(', ')}`,
    });
  const near = nearNames(text, [...new Set(rows.map(nameOf))]);
  throw new GoheapError('usage', `${text}: ${wording.none}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : wording.listed,
  });
}

/** Names that are written nearly so, whole or short, or so without their package. */
function nearNames(text: string, names: readonly string[]): string[] {
  const withPackage = names.filter((name) => name.endsWith(`.${text}`) && !/[[({*]/.test(name.slice(0, -text.length))).slice(0, NAMED);
  if (withPackage.length > 0) return withPackage;
  const near = new Set(nearestWords(text, [...new Set(names.flatMap((name) => [name, shortName(name)]))]));
  return names.filter((name) => near.has(name) || near.has(shortName(name))).slice(0, NAMED);
}

function shortName(name: string): string {
  return name.replaceAll(/[\w.~%+-]+\//g, '');
}
