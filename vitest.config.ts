/**
 * The tiers of the test-suite, chosen with --mode: `recorded` (default; the units too; needs nothing but Node), `fast` (the units alone), `live` (builds
 * and dumps Go programs: needs go and gdb), `soak` (their cores damaged in thousands of ways, and hundreds of moments; an hour),
 * `matrix` (every Go version and build variation; long; writes docs/coverage.md), `servers` (what goheap says of servers that others wrote; writes
 * docs/servers.md). The first folder below test says a file's tier.
 */
import {availableParallelism} from 'node:os';
import {defineConfig} from 'vitest/config';

const TIERS: Readonly<Record<string, readonly string[]>> = {
  fast: ['unit'],
  live: ['live'],
  matrix: ['matrix'],
  servers: ['servers'],
  soak: ['soak'],
};

/** Tests of the live tier that take more targets in the matrix. */
const MANY_TARGETS =
  'test/live/{blocked,capture,capture-module,capture-process,clock,fleet,flight,fresh-clone,heap-dumps,hprof-paths,moments,old-heap-dumps,reflected,rules,shapes,spare,statics,third-party,timed,viewer-screens}.test.ts';

/** They wait for a browser most of the time: two files at once take little longer than one. */
const OF_VIEWER = 'test/live/viewer-*.test.ts';

const filesOf = (tier: string) => `test/${tier}/**/*.test.ts`;
const LIVE_PROJECTS = [
  {extends: true, test: {name: 'viewer', include: [OF_VIEWER], fileParallelism: true, maxWorkers: 2, sequence: {groupOrder: 0}}},
  {extends: true, test: {name: 'programs', include: [filesOf('live')], exclude: [OF_VIEWER], sequence: {groupOrder: 1}}},
] as const;

export default defineConfig(({mode}) => {
  const tiers = TIERS[mode] ?? ['unit', 'recorded'];
  const slow = ['live', 'matrix', 'servers', 'soak'].includes(mode);
  return {
    test: {
      globalSetup: 'test/kit/print-node.ts',
      ...(mode === 'live' ? {projects: LIVE_PROJECTS} : {include: [...tiers.map(filesOf), ...(mode === 'matrix' ? [MANY_TARGETS] : [])]}),
      env: mode === 'matrix' ? {GOHEAP_TARGETS: 'all'} : {},
      // Limits are for what never ends. What is too slow is told by CPU time, which other work of the machine does not change.
      testTimeout: slow ? 1_200_000 : 300_000,
      hookTimeout: slow ? 1_200_000 : 300_000,
      setupFiles: 'test/kit/each-file.ts',
      isolate: false, // files share nothing that could be left behind: one process takes many, and loads the program once
      fileParallelism: !slow, // the slow tiers run compilers and dump programs, which use both cores themselves
      ...(slow ? {} : {maxWorkers: Math.max(2, availableParallelism() - 1)}), // the default leaves one of two cores idle
      disableConsoleIntercept: true,
    },
  };
});
