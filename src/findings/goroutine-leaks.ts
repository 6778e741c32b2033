/**
 * Goroutines that nothing can wake → findings: those that wait at one place of the program and are a cause, with all that follow from them, what
 * they wait for, and what they keep.
 */
import type {ToldHeap} from '../answers/told-heap.js';
import {waitedName, waitedType} from '../answers/waited-name.js';
import {formatBytes, grouped} from '../base/format-bytes.js';
import {remember} from '../base/remember.js';
import {NONE, type NodeIndex} from '../base/units.js';
import {type HeapGraph, WAIT_KINDS} from '../graph/heap-graph.js';
import {addressOf, firstObjectNode, headerOf} from '../graph/objects.js';
import {countBuffered} from '../values/channel-parts.js';
import type {ValueSource} from '../values/value-source.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {findLeakCauses} from './leak-causes.js';
import {type LeakCosts, measureLeaks} from './leak-costs.js';
import {exactReason, fixText, waitsText} from './leak-words.js';
import {countOf} from './telling-words.js';

/** Of a finding's goroutines and of what they wait for, those that the evidence lists. */
const LISTED = 20;
/** Where every program waits: the caller tells. */
const WAITS_IN = /^(?:runtime|internal|sync|time)[./]/;

/** Causes that wait at one place for one reason, and all that is blocked with them or behind them. Rows of GoroutineTable. */
interface LeakGroup {
  readonly place: Place;
  readonly here: number[];
  readonly behind: number[]; // causes elsewhere that wait for each other with these, and those that follow
}
interface Place {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** One a place; O(nodes + edges) where there is any. */
export function findGoroutineLeaks(input: FindingInput): Finding[] {
  const {told, leaks} = input;
  const {graph} = told.columns;
  if (leaks.leaked.length === 0) return [];
  const {causeOf, isCause} = findLeakCauses(graph, leaks);
  const places = new Places(graph);
  const groups = new Map<Place, LeakGroup>();
  const numbers = new Map<Place, number>();
  const groupOf = Uint32Array.from(leaks.leaked, (row, index) => {
    const place = places.of(leaks.leaked[causeOf[index]!]!);
    const group = remember(groups, place, () => ({place, here: [], behind: []}));
    group[isCause[index] === 1 && places.of(row) === place ? 'here' : 'behind'].push(row);
    return remember(numbers, place, () => numbers.size);
  });
  const costs = measureLeaks(told.columns, leaks.leaked, groupOf, groups.size);
  return Array.from(groups.values(), (group, number) => tellLeak(input, group, costs, number));
}

/** Where goroutines wait: of the calls that a stack trace shows the innermost that is not the runtime's or a lock's. Equal places are one object. */
class Places {
  readonly #graph: HeapGraph;
  readonly #ofStack = new Map<string, Place>(); // goroutines with equal stacks are in one place
  readonly #places = new Map<string, Place>();

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  of(row: number): Place {
    const {goroutines} = this.#graph;
    return remember(this.#ofStack, `${goroutines.group[row]} ${goroutines.waitReason[row]}`, () => {
      const place = this.#find(row);
      return remember(this.#places, Object.values(place).join('\n'), () => place);
    });
  }

  #find(row: number): Place {
    const {goroutines, frames, strings} = this.#graph;
    const [first, end] = [goroutines.firstFrame[row]!, goroutines.firstFrame[row + 1]!];
    const calls = Array.from({length: end - first}, (_, at) => first + at);
    const nameOf = (frame: number) => strings[frames.functionName[frame]!]!;
    const shown = calls.filter((frame) => frames.wrapper[frame] === 0);
    const frame = shown.find((call) => !WAITS_IN.test(nameOf(call))) ?? shown.at(-1);
    const reason = exactReason(strings[goroutines.waitReason[row]!]!, calls.map(nameOf));
    if (frame === undefined) return {function: strings[goroutines.entryFunction[row]!]!, file: '', line: 0, reason};
    return {function: nameOf(frame), file: strings[frames.file[frame]!]!, line: frames.line[frame]!, reason};
  }
}

function tellLeak(
  {told, source, sizes, leaks}: FindingInput,
  {place, here, behind: others}: LeakGroup,
  costs: LeakCosts,
  number: number,
): Finding {
  const {graph} = told.columns;
  const {goroutines, strings} = graph;
  const [stacks, heap] = [costs.stacks[number]!, costs.heap[number]!];
  const example = here[0]!;
  const waited = new WaitedObjects(told, source, here);
  const behind = others.length;
  const text = (index: number) => strings[index] || null;
  const all = leaks.leaked.length;
  return {
    kind: 'goroutine-leak',
    name: place.function,
    bytes: stacks + heap,
    of: sizes.live + sizes.stacks,
    isProved: leaks.doubts.length === 0,
    count: here.length + behind,
    node: goroutines.root[example]!,
    type: NONE,
    group: goroutines.group[example]!,
    sentence: [
      `${countOf(here.length, 'goroutine')} ${waitsText(place.reason, here.length, waited.text())}${placeText(place)}: ` +
        `nothing that can still run leads there${leaks.doubts.length > 0 ? ', as far as the dump has what there was' : ''}.`,
      ...(behind > 0
        ? [
            `${countOf(behind, 'more goroutine')} ${behind === 1 ? 'waits' : 'wait'} for what ${here.length === 1 ? 'it holds' : 'these hold'}.`,
          ]
        : []),
      `${here.length + behind === 1 ? 'It keeps' : 'Together they keep'} ${formatBytes(stacks + heap)}: ${formatBytes(stacks)} of stacks, ${formatBytes(heap)} of heap.`,
    ].join(' '),
    evidence: {
      sure: leaks.doubts.length === 0 ? 'proved' : 'unproved',
      doubts: leaks.doubts,
      function: place.function,
      file: place.file || null,
      line: place.line || null,
      wait_reason: place.reason,
      waits_for: waited.list(),
      created_by: text(goroutines.createdBy[example]!),
      created_file: text(goroutines.file[example]!),
      created_line: goroutines.line[example] || null,
      causes: here.length,
      behind,
      goroutine_ids: here.slice(0, LISTED).map((row) => goroutines.id[row]),
      behind_ids: others.slice(0, LISTED).map((row) => goroutines.id[row]),
      waited_at_least: known(
        here.map((row) => goroutines.waitSeconds[row]!),
        Math.min,
      ),
      waited_at_most: known(
        here.map((row) => goroutines.waitAtMost[row]!),
        Math.max,
      ),
      found_by_runtime: [...here, ...others].filter((row) => strings[goroutines.status[row]!] === 'leaked').length,
      stack_bytes: stacks,
      heap_bytes: heap,
      shared_bytes: costs.shared, // with other leaks
      all_leaked: all,
      only_weakly_reached: leaks.weakly.length,
    },
    fix: fixText(place.reason),
    next: 'goheap goroutines INPUT --leaked',
    nodes: costs.nodes[number]!,
  };
}

/** ` at main.serve (server.go:17)`. */
function placeText({function: name, file, line}: Place): string {
  if (name === '') return '';
  return ` at ${name}${file === '' ? '' : ` (${file.replace(/.*\//, '')}:${line})`}`;
}
/** NULL when none is known. */
function known(values: readonly number[], pick: (...values: number[]) => number): number | null {
  const there = values.filter((value) => !Number.isNaN(value));
  return there.length === 0 ? null : there.reduce((a, b) => pick(a, b));
}

interface WaitedObject {
  readonly how: (typeof WAIT_KINDS)[number];
  readonly name: string | null;
  readonly type: string | null;
  readonly objects: number;
  readonly buffered?: number;
  readonly capacity?: number;
}

/** What the causes wait for, by name and type. */
class WaitedObjects {
  readonly #told: ToldHeap;
  readonly #source: ValueSource;
  readonly #waitOf = new Map<NodeIndex, number>(); // a row of WaitTable by object

  constructor(told: ToldHeap, source: ValueSource, rows: readonly number[]) {
    const {waits} = told.columns.graph;
    const wanted = new Set(rows);
    for (let wait = 0; wait < waits.count; wait++) if (wanted.has(waits.goroutine[wait]!)) this.#waitOf.set(waits.object[wait]!, wait);
    this.#told = told;
    this.#source = source;
  }

  /** ` results in main.run (chan main.Result, 4 of 4 values)`, ` a chan int`, ` 20 × chan int`; '' where they wait for nothing. */
  text(): string {
    const list = this.list();
    const [first] = list;
    if (!first) return '';
    const {name, type, buffered, capacity, how} = first;
    const [alike, more] = list.length === 1 ? [this.#waitOf.size, 0] : [1, this.#waitOf.size - 1];
    const notes = [name === null ? null : type, capacity === undefined || capacity === 0 ? null : `${buffered} of ${capacity} values`];
    const known = notes.filter((note) => note !== null).join(', ');
    const what = name ?? type ?? (how === 'sync' ? 'lock of unknown type' : 'channel');
    const article = alike > 1 ? `${grouped(alike)} × ` : name !== null ? '' : /^[aeiou]/.test(what) ? 'an ' : 'a ';
    return ` ${article}${what}${known === '' ? '' : ` (${known})`}${more === 0 ? '' : ` and ${grouped(more)} more`}`;
  }

  list(): WaitedObject[] {
    const found = new Map<string, WaitedObject & {objects: number}>();
    for (const [node, wait] of this.#waitOf) {
      const described = this.#describe(node, wait);
      const known = remember(found, `${described.name}\n${described.type}`, () => described);
      if (known !== described) known.objects++;
    }
    return [...found.values()].sort((a, b) => b.objects - a.objects).slice(0, LISTED);
  }

  #describe(node: NodeIndex, wait: number): WaitedObject & {objects: number} {
    const {names, columns} = this.#told;
    const {types, objects, waits} = columns.graph;
    const object = node - firstObjectNode(columns.graph);
    const how = WAIT_KINDS[waits.how[wait]!]!;
    const counts =
      how === 'sync' ? undefined : countBuffered(this.#source, addressOf(columns.graph, object) + headerOf(columns.graph, object));
    return {
      how,
      name: waitedName(names.partsOf(names.idOf(node))) || null,
      type: waitedType(types.name[waits.type[wait]!]!, types.name[objects.type[object]!]!) || null,
      objects: 1,
      ...(counts ? {buffered: counts.live, capacity: counts.capacity} : {}),
    };
  }
}
