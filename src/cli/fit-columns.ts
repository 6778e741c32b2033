/**
 * What columns need → widths that fit into a line. Text gets narrower first; when that does not do, columns are left out: those of
 * LEFT_OUT_FIRST in its order, then from the right. The first column always stays.
 */

/** What helps least to find and to compare, the least of all first. */
const LEFT_OUT_FIRST = [
  'share',
  'retained_objects',
  'types',
  'values',
  'size',
  'offset',
  'kind',
  'target_retained',
  'source_retained',
  'objects',
];

/** Spaces between columns. */
export const GAP = 2;

export interface ColumnNeed {
  readonly name: string;
  /** So that nothing is broken. */
  readonly natural: number;
  /** So that no number and no address is broken. */
  readonly least: number;
  /** Gets what room there is before titles of numbers do. */
  readonly isText: boolean;
}

/** Widths of the columns in their order; undefined for one that is left out. `keepsAll`: the line gets longer instead. */
export function fitColumns(needs: readonly ColumnNeed[], width: number, keepsAll = false): (number | undefined)[] {
  if (sum(needs.map(({natural}) => natural + GAP)) - GAP <= width) return needs.map(({natural}) => natural);
  const kept = new Set(needs);
  const room = () => width - GAP * (kept.size - 1) - sum([...kept].map(({least}) => least));
  for (const need of keepsAll ? [] : dropOrder(needs)) {
    if (room() >= 0) break;
    kept.delete(need);
  }
  const widths = new Map([...kept].map((need) => [need, need.least]));
  for (let left = room(); left > 0; left--) {
    const growing = [...kept].filter((need) => widths.get(need)! < need.natural);
    growing.sort((a, b) => Number(b.isText) - Number(a.isText) || widths.get(a)! - widths.get(b)!);
    if (growing.length === 0) break;
    widths.set(growing[0]!, widths.get(growing[0]!)! + 1);
  }
  return needs.map((need) => widths.get(need));
}

function dropOrder(needs: readonly ColumnNeed[]): ColumnNeed[] {
  const [, ...others] = needs;
  const placeOf = ({name}: ColumnNeed) => (LEFT_OUT_FIRST.includes(name) ? LEFT_OUT_FIRST.indexOf(name) : LEFT_OUT_FIRST.length);
  return others.reverse().sort((a, b) => placeOf(a) - placeOf(b));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
