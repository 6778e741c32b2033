import {expect, test} from 'vitest';
import {keptSentences, livesSentences} from '../../../src/findings/change-sentences.js';
import {diffRows, placesOfKept} from '../../../src/findings/heap-diff.js';
import {type HeapRows, perSection, SECTIONS} from '../../../src/findings/heap-rows.js';
import {trendOfRows} from '../../../src/findings/heap-trend.js';
import type {HeapPath} from '../../../src/findings/path-changes.js';

const KIB = 1024;
const SESSION = {type: 'example.com/shop/store.Session', package: 'example.com/shop/store', kind: 'struct'};
const SHARE = {type: 'main.Share', package: 'main', kind: 'struct'};
const HOOK = {package: '', kind: 'unknown'};

interface Shop {
  readonly sessions?: number; // of 1 KiB
  readonly shares?: readonly [place: string, count: number]; // of 100 KiB
  readonly hooks?: number; // of 1 KiB
  readonly waiting?: number; // goroutines
  readonly hook?: string; // the closure's name
  readonly captures?: Record<string, string>;
  readonly build?: string;
}

function heapOf({
  sessions = 0,
  shares = ['main.old', 0],
  hooks = 0,
  waiting = 0,
  hook = 'main.f.func1',
  captures = {},
  build = 'one',
}: Shop): HeapRows {
  const [place, count] = shares;
  const path = (id: number, name: string, type: HeapPath['types'][number] | undefined): HeapPath[] =>
    type === undefined || type.objects === 0 ? [] : [{id, parent: null, name, held: type.bytes, types: [type]}];
  const of = <T extends object>(type: T, objects: number, each: number) => ({...type, objects, values: objects, bytes: objects * each});
  const closure = `closure ${hook}`;
  const types = [
    {name: SESSION.type, count: sessions, bytes: sessions * KIB},
    {name: closure, count: hooks, bytes: hooks * KIB},
  ].filter((row) => row.count > 0);
  const group = {key: 'main.wait chan receive', name: 'goroutine main.wait [chan receive]', count: waiting, bytes: waiting * 2 * KIB};
  return {
    buildId: build,
    process: '',
    thread: 'goroutine',
    bytes: (sessions + hooks + 100 * count) * KIB,
    sections: {
      ...perSection(() => []),
      types: types.map((row) => ({...row, key: row.name})),
      goroutine_groups: waiting > 0 ? [group] : [],
    },
    paths: [
      ...path(1, 'example.com/shop/store.all[…]', of(SESSION, sessions, KIB)),
      ...path(2, place, of(SHARE, count, 100 * KIB)),
      ...path(3, 'main.hooks[…]', of({...HOOK, type: closure}, hooks, KIB)),
    ],
    closures: new Map(Object.entries(captures)),
  };
}

test('a heap and itself differ in nothing', () => {
  const heap = heapOf({sessions: 100, hooks: 7, shares: ['main.old', 2], waiting: 300});
  expect(diffRows(heap, heap)).toEqual({sentences: [], ...perSection(() => [])});
  expect(trendOfRows([heap, heap, heap])).toEqual({sentences: [], ...perSection(() => [])});
});

test('sentences: the heap, places, moves, goroutines', () => {
  const before = heapOf({sessions: 1000, shares: ['main.old', 3], waiting: 5});
  const after = heapOf({sessions: 3000, shares: ['main.young', 3], hooks: 200, waiting: 405});
  expect(diffRows(before, after).sentences).toEqual([
    'The live heap grew from 1.3 MiB to 3.4 MiB, + 2.1 MiB.',
    '`store.all` grew from 1,000 to 3,000 store.Session, + 2.0 MiB.',
    '`main.old` moved to `main.young`: 3 main.Share, 300.0 KiB.',
    '`main.hooks` grew from 0 to 200 closures, + 200.0 KiB.',
    'goroutine main.wait [chan receive] grew from 5 to 405 goroutines, + 800.0 KiB with their stacks.',
  ]);
  expect(diffRows(before, {...after, thread: 'thread'}).sentences.at(-1)).toMatch(/ grew from 5 to 405 threads, /);
  expect(diffRows(after, before).sentences.slice(0, 2)).toEqual([
    'The live heap shrank from 3.4 MiB to 1.3 MiB, − 2.1 MiB.',
    '`store.all` shrank from 3,000 to 1,000 store.Session, − 2.0 MiB.',
  ]);
});

test('what is less than a hundredth of the heap, or few goroutines, has rows and no sentence', () => {
  const diff = diffRows(heapOf({sessions: 1000, waiting: 1}), heapOf({sessions: 1009, waiting: 3}));
  expect(diff.sentences).toEqual([]);
  expect(SECTIONS.filter((section) => diff[section].length > 0)).toEqual(['types', 'goroutine_groups']);
});

test('closures of another build are those that the same function made', () => {
  const before = heapOf({hooks: 50, captures: {'main.f.func1': 'buffer'}});
  const after = heapOf({hooks: 50, hook: 'main.f.func2', captures: {'main.f.func1': 'x', 'main.f.func2': 'buffer'}, build: 'two'});
  expect(diffRows(before, after)).toEqual({sentences: [], ...perSection(() => [])});
  expect(diffRows(before, {...after, buildId: 'one'}).types).toHaveLength(2); // of one build a name is a name
});

test('a trend names what grew in every step', () => {
  const heaps = [1, 2, 3, 4].map((step) => heapOf({sessions: 1000 * step, hooks: step === 3 ? 10 : 500 * step, waiting: 200 * step}));
  const trend = trendOfRows(heaps);
  expect(trend.sentences).toEqual([
    '`store.all` grew from 1,000 to 4,000 store.Session, + 2.9 MiB, and more in every dump.',
    'goroutine main.wait [chan receive] grew from 200 to 800 goroutines, + 1.2 MiB with their stacks, and more in every dump.',
  ]);
  expect(trend.types.map(({name, counts, grows}) => [name, counts, grows])).toEqual([
    [SESSION.type, [1000, 2000, 3000, 4000], true],
    ['closure main.f.func1', [500, 1000, 10, 2000], false],
  ]);
});

test('objects that were born and stay are told as places', () => {
  const heap = heapOf({sessions: 100, hooks: 10});
  const kept = [
    {path: 1, type: 1, count: 40, bytes: 40 * KIB},
    {path: 3, type: 2, count: 9, bytes: 9 * KIB},
  ];
  expect(keptSentences(placesOfKept(heap, kept, ['unknown', SESSION.type, 'closure main.f.func1']))).toEqual([
    'Born between the first two dumps, and alive in the third: 40 store.Session at `store.all` (40.0 KiB), 9 closures at `main.hooks` (9.0 KiB).',
  ]);
  expect(livesSentences([{died_count: 2, died_bytes: 64, born_count: 1500, born_bytes: 2 * KIB}])).toEqual([
    'Between the two dumps of this process at least 1,500 objects (2.0 KiB) were born and 2 (64 B) died.',
  ]);
  expect([keptSentences([]), livesSentences([])]).toEqual([[], []]);
});
