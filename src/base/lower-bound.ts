/**
 * A binary search in ascending columns.
 */

/** Index of the first value that is not below `wanted`; the length when all are. */
export function lowerBound(values: Uint32Array | Float64Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
