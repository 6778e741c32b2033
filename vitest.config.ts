/**
 * The tiers of the test-suite, chosen with --mode: `recorded` (default; needs nothing but Node), `live` (builds and dumps Go
 * programs: needs go and gdb), `soak` (their cores damaged in thousands of ways, and hundreds of moments; an hour), `matrix` (every
 * Go version and build variation; long; writes docs/coverage.md).
 */
import {availableParallelism} from 'node:os';
import {defineConfig} from 'vitest/config';

const LIVE = ['test/live/**/*.test.ts'];
const MATRIX = ['test/matrix/**/*.test.ts'];
const SOAK = ['test/soak/**/*.test.ts'];

export default defineConfig(({mode}) => {
  const slow = mode === 'live' || mode === 'matrix' || mode === 'soak';
  return {
    test: {
      globalSetup: 'test/kit/print-node.ts',
      include: mode === 'live' ? LIVE : mode === 'matrix' ? MATRIX : mode === 'soak' ? SOAK : ['test/**/*.test.ts'],
      exclude: slow ? [] : [...LIVE, ...MATRIX, ...SOAK],
      testTimeout: slow ? 600_000 : 60_000,
      hookTimeout: slow ? 600_000 : 120_000,
      fileParallelism: !slow, // the slow tiers run compilers and dump programs, which use both cores themselves
      ...(slow ? {} : {maxWorkers: Math.max(2, availableParallelism() - 1)}), // the default leaves one of two cores idle
      disableConsoleIntercept: true,
    },
  };
});
