/**
 * Binary searches in ascending columns, or in the ascending rows from `low` up to `high` of one.
 */

/** Index of the first value that is not below `wanted`; `high` when all are. */
export function lowerBound(values: Uint32Array | Float64Array, wanted: number, low = 0, high = values.length): number {
  while (low < high) {
    const middle = low + ((high - low) >>> 1); // rows of edges go beyond 2^31
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of a value; −1 when it is not there. */
export function indexOfSorted(values: Uint32Array | Float64Array, wanted: number, low = 0, high = values.length): number {
  const at = lowerBound(values, wanted, low, high);
  return at < high && values[at] === wanted ? at : -1;
}
