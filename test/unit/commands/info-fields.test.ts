/** Facts about a dump in words, in the order of reading. */
import {expect, test} from 'vitest';
import {fieldsOfInfo} from '../../../src/cli/info-fields.js';
import {memoryFigures} from '../../../src/database/queries/memory-figures.js';

const FACTS = {
  module: 'example.test/server',
  command_line: './server -x',
  go_version: 'go1.26.8',
  goos: 'linux',
  goarch: 'amd64',
  dumped_at: '2026-11-29T14:40:01.652Z',
  signal: 6,
  pid: 17,
  complete: 1,
  heap_bytes: 4096,
  heap_objects: 3,
  reachable_bytes: 2048,
  reachable_objects: 2,
  contents: 'preview',
  dwarf: 'full',
  runtime_names: 'dwarf',
  goheap_version: '0.1.0',
  schema_version: 2,
  value_layouts: '{}',
};
const COUNTS = {goroutines: 5, systemGoroutines: 2};
const MEMORY = memoryFigures([]);
const use = (category: string, part: string, bytes: number, touched: number) => ({category, part, bytes, touched});

test('a whole dump', () => {
  const [main, more] = fieldsOfInfo(FACTS, [], COUNTS, MEMORY, false);
  expect(main.map(([label, lines]) => `${label}: ${lines.join('|')}`)).toEqual([
    'program: example.test/server',
    'command line: ./server -x',
    'go version: go1.26.8 linux/amd64',
    'dumped: 2026-11-29 14:40:01 UTC, SIGABRT, process 17',
    'complete: yes',
    'live heap: 2.0 KiB in 2 objects',
    'garbage: 2.0 KiB in 1 object, not freed yet',
    "goroutines: 5, 2 of them the runtime's",
  ]);
  expect(Object.fromEntries(more)).toEqual({
    'debug information': ['yes'],
    "the runtime's names": ['from the debug information'],
    'contents kept': ['the first bytes of texts (preview)'],
    'written by': ['goheap 0.1.0, schema version 2'],
  });
});

test('a dump with losses, of a stripped program; sizes with every digit', () => {
  const facts = {
    ...FACTS,
    complete: 0,
    dwarf: 'none',
    runtime_names: 'search',
    contents: 'none',
    signal: 0,
    heap_objects: 2,
    heap_bytes: 2048,
  };
  const [main, more] = fieldsOfInfo(facts, ['One thing.', 'Another.'], {goroutines: 1, systemGoroutines: 0}, MEMORY, true);
  expect(Object.fromEntries(main)).toMatchObject({
    complete: ['no'],
    lost: ['One thing.', 'Another.'],
    dumped: ['2026-11-29 14:40:01 UTC, process 17'],
    'live heap': ['2048 bytes in 2 objects'],
    goroutines: ['1'],
  });
  expect(main.map(([label]) => label)).not.toContain('garbage');
  expect(Object.fromEntries(more)).toMatchObject({
    'debug information': ['no'],
    "the runtime's names": ['by searching the memory'],
    'contents kept': ['none'],
  });
});

test('a fact that has no words of its own is shown under its key; what comes from the dump cannot hide', () => {
  const [main, more] = fieldsOfInfo({...FACTS, new_fact: 'a\u202eb', signal: 99, module: 'x\ny'}, [], COUNTS, MEMORY, false);
  expect(Object.fromEntries(more)['new fact']).toEqual(['a\\u202eb']);
  expect(Object.fromEntries(main)).toMatchObject({program: ['x\\u000ay'], dumped: [expect.stringContaining('signal 99')]});
});

test('memory in the words of RSS and MemStats; what was never touched is named, most first', () => {
  const rows = [
    use('heap', 'live objects', 2048, 2048),
    use('heap', 'free slots', 2048, 0),
    use('heap', 'released pages', 65536, 0),
    use('stacks', 'goroutine stacks', 8192, 4096),
    use('runtime', 'arena index', 1 << 25, 4096),
    use('runtime', 'persistent allocations', 4096, 4096),
    use('globals', 'example.test/server.table', 1 << 24, 0),
    use('program', 'code', 1 << 20, 0),
    use('reserved', 'address space', 1 << 26, 0),
  ];
  const facts = {...FACTS, gc_percent: -1, memory_limit: 1 << 29, next_gc: 1 << 22};
  const [main, more] = fieldsOfInfo(facts, [], COUNTS, memoryFigures(rows), false);
  expect(main.slice(7, -1).map(([label, lines]) => `${label}: ${lines.join('|')}`)).toEqual([
    'heap in use: 4.0 KiB (HeapInuse): pages that hold objects',
    'stacks: 8.0 KiB (StackInuse)',
    'touched: 14.0 KiB ≈ resident (RSS), not counting 1.0 MiB of mapped files',
    'from the system: 80.0 KiB (Sys): address space, resident or not',
    'never touched: 112.1 MiB: reserved address space 64.0 MiB, arena index 32.0 MiB, example.test/server.table 16.0 MiB, …',
    'collector: GOGC=off, GOMEMLIMIT 512.0 MiB, next collection at 4.0 MiB',
  ]);
  expect(more.map(([label]) => label)).not.toContain('gc percent');
});
