/** Facts about a dump in words, in the order of reading. */
import {expect, test} from 'vitest';
import {fieldsOfInfo} from '../../../src/cli/info-fields.js';

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

test('a whole dump', () => {
  const [main, more] = fieldsOfInfo(FACTS, [], COUNTS, false);
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
  const [main, more] = fieldsOfInfo(facts, ['One thing.', 'Another.'], {goroutines: 1, systemGoroutines: 0}, true);
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
  const [main, more] = fieldsOfInfo({...FACTS, new_fact: 'a\u202eb', signal: 99, module: 'x\ny'}, [], COUNTS, false);
  expect(Object.fromEntries(more)['new fact']).toEqual(['a\\u202eb']);
  expect(Object.fromEntries(main)).toMatchObject({program: ['x\\u000ay'], dumped: [expect.stringContaining('signal 99')]});
});
