/**
 * The targets of tests that run on many versions of Go, or of Node: some of them in the live tier, all in the matrix.
 */

/** Set by vitest.config.ts in the matrix. */
export const isMatrix = process.env.GOHEAP_TARGETS === 'all';

/** `live` and `others` in the matrix, else `live`. */
export function pickTargets<T>(live: readonly T[], others: readonly T[]): readonly T[] {
  return isMatrix ? [...live, ...others] : live;
}
