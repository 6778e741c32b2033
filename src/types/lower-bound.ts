/**
 * A binary search in ascending columns: those of the few edges of which more is known than where they lead.
 */

/** Index of the first value that is not below `wanted`. */
export function lowerBound(values: Uint32Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
