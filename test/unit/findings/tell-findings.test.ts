/** Which findings are told, in which order, and with what in their sentences. */
import {expect, test} from 'vitest';
import {computeHolders} from '../../../src/answers/holders.js';
import {computeOwners} from '../../../src/answers/owners.js';
import {NONE} from '../../../src/base/units.js';
import type {Finding, FindingKind} from '../../../src/findings/finding.js';
import {readFindingInput} from '../../../src/findings/finding-input.js';
import {isWorthTelling, THRESHOLDS} from '../../../src/findings/finding-thresholds.js';
import {tellFindings} from '../../../src/findings/tell-findings.js';
import {containerOf} from '../../../src/findings/telling-words.js';
import {nodeNamed} from '../../kit/graph-from-text.js';
import {tellText} from '../../kit/told-heaps.js';

const MIB = 2 ** 20;
const numbered = (count: number, text: (index: number) => string) => Array.from({length: count}, (_, index) => text(index)).join('\n');

async function inputOf(text: string) {
  const told = await tellText(text);
  return readFindingInput(told, {holders: computeHolders(told), owners: computeOwners(told)});
}

/** 120 sessions of 64 KiB in a store, 7.5 MiB; a little else. */
const STORE = `
  type main.Session 64; type main.Store 64 items@16:[]*main.Session; type *main.Session 8
  global main.store : *main.Store -> store; store : main.Store -> 16=items
  items : *main.Session x120 -> ${numbered(120, (index) => `s${index}`).replaceAll('\n', ' ')}
  ${numbered(120, (index) => `s${index} : main.Session -> page${index}`)}
  ${numbered(120, (index) => `page${index} : uint8 x65536 noscan`)}
  type main.Small 64; global main.small : *main.Small -> small; small : main.Small size=1048576
`;

test('a holder is told with its field, its crowd and whose bytes are inside; what belongs to one owner in one place is told once', async () => {
  const input = await inputOf(STORE);
  const [first, ...others] = tellFindings(input);
  expect(others).toEqual([]);
  const bytes = input.told.columns.retained[nodeNamed(input.told.columns.graph, 'items')]!;
  expect(first).toMatchObject({
    rank: 1,
    level: 'note',
    kind: 'holder',
    name: 'main.store.items',
    count: 120,
    bytes,
    share: bytes / input.sizes.live,
  });
  expect(first!.sentence).toBe(
    'main.store.items keeps 7.5 MiB, 88 % of the live heap: 120 × main.Session, 64.1 KiB each. Inside: main.Session 100 %.',
  );
  expect(first!.evidence).toMatchObject({
    owners: [{name: 'main.Session', bytes: 120 * (65536 + 64)}],
  });
  expect(first!.next).toBe(`goheap top INPUT --under ${first!.node}`);
});

test('of two findings about the same nodes the more specific one stays; problems come first', async () => {
  const input = await inputOf(STORE);
  const {graph, retained} = input.told.columns;
  const make = (kind: FindingKind, name: string, node: string): Finding => {
    const id = nodeNamed(graph, node);
    const about = {node: id, type: NONE, group: NONE, nodes: Uint32Array.of(id)};
    return {
      kind,
      name,
      bytes: retained[id]!,
      of: input.sizes.live,
      count: 1,
      ...about,
      sentence: `${name}.`,
      evidence: {},
      fix: '',
      next: '',
    };
  };
  const told = tellFindings(input, [
    () => [make('holder', 'the store', 'store')],
    () => [make('channel', 'the items', 'items'), make('pinned', 'small', 'small')],
    () => [make('capacity', 'one page', 's7')],
  ]);
  expect(told.map(({rank, level, kind, name}) => `${rank} ${level} ${kind} ${name}`)).toEqual([
    '1 problem channel the items',
    '2 problem pinned small',
    '3 note capacity one page',
  ]);
  expect(told[0]!.evidence.also).toMatchObject([{kind: 'holder', name: 'the store'}]);
});

test('what is below its threshold is not told', () => {
  const at = (kind: FindingKind, count: number, bytes: number, of: number) => isWorthTelling(kind, {count, bytes, of});
  expect([
    at('timers', 999, MIB - 1, 0),
    at('timers', 1000, 0, 100),
    at('timers', 1, MIB, 100 * MIB),
    at('timers', 1, MIB, 101 * MIB),
  ]).toEqual([false, true, true, false]);
  expect([at('contexts', 999, 2 ** 40, 1), at('holder', 10 ** 9, 4 * MIB, 41 * MIB), at('garbage', 0, 16 * MIB, 2 ** 50)]).toEqual([
    false,
    false,
    true,
  ]);
  for (const limit of Object.values(THRESHOLDS)) expect('count' in limit || 'bytes' in limit).toBe(true);
});

test.each([
  ['main.store.items[…]', 'main.store.items'],
  ['main.hooks[…].func1‹captured body›', 'main.hooks'],
  ['main.shards[…].m[…]', 'main.shards[…].m'],
  ['main.events‹buffer›[…]', 'main.events'],
  ['main.list.head.next…', 'main.list.head.next'],
  ['main.cache', 'main.cache'],
])('%s is in %s', (path, container) => expect(containerOf(path)).toBe(container));

test('waste of one kind and place is one finding, and that of which a holder consists is told instead of the holder', async () => {
  const input = await inputOf(STORE);
  const {graph} = input.told.columns;
  const at = {path: 'main.store.items[…].page', type: 0, example: nodeNamed(graph, 'page3')};
  const rows = [
    {kind: 'pinned', ...at, bytes: 6 * MIB, count: 100},
    {kind: 'pinned', ...at, bytes: MIB, count: 20},
    {kind: 'capacity', ...at, path: 'main.other', bytes: 8 * MIB - 1, count: 1},
    {kind: 'padding', ...at, path: '', bytes: 100 * MIB, count: 1},
  ];
  const told = tellFindings({...input, waste: {rows, fixFor: ({kind}) => `no ${kind}`}});
  expect(
    told.map(({level, kind, name, bytes, count, fix, evidence}) => ({level, kind, name, bytes, count, fix, also: evidence.also})),
  ).toMatchObject([
    {
      level: 'problem',
      kind: 'pinned',
      name: at.path,
      bytes: 7 * MIB,
      count: 120,
      fix: 'no pinned',
      also: [{kind: 'holder', name: 'main.store.items'}],
    },
  ]);
  expect(told[0]!.sentence).toContain('7.0 MiB, 82 % of the live heap, of 120 arrays at main.store.items[…].page');
});

test.each([
  ['main.arenas', 3, 'main.arenas keeps 24.0 MiB, 75 % of the live heap: 3 × main.Arena, 8.0 MiB each. Inside: main.Arena 100 %.'],
  ['main.dump.text', 1, 'main.dump.text keeps 8.0 MiB, 25 % of the live heap: one array of uint8. Inside: main.Dump 100 %.'],
])('%s: few that are large are told, too', async (name, count, sentence) => {
  const input = await inputOf(`
    type main.Arena 32 bytes@8:[]uint8; type main.Dump 48 text@24:[]uint8; type *main.Arena 8; type *main.Dump 8
    global main.arenas : []*main.Arena -> arenas; arenas : *main.Arena x3 -> a0 a1 a2
    ${numbered(3, (index) => `a${index} : main.Arena -> 8=bytes${index}; bytes${index} : uint8 x8388608 noscan`)}
    global main.dump : *main.Dump -> dump; dump : main.Dump -> 24=text; text : uint8 x8388608 noscan`);
  const told = tellFindings(input).filter((finding) => finding.name === name);
  expect(told.map((finding) => [finding.kind, finding.count, finding.sentence])).toEqual([['holder', count, sentence]]);
});
