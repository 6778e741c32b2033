/**
 * `meta` of a database → lines for people, in the order of reading: what ran, when it was dumped, what is lost, what is in the heap; then
 * where it all came from. `--json` has the facts as they are.
 */
import {constants} from 'node:os';
import {collectorWords} from '../base/collector-words.js';
import {formatBytes} from '../base/format-bytes.js';
import {printable} from '../base/printable.js';
import type {MemoryFigures} from '../database/queries/memory-figures.js';

type Facts = Readonly<Record<string, unknown>>;
/** A label, and its lines. */
export type InfoField = readonly [label: string, lines: readonly string[]];

export interface InfoCounts {
  readonly goroutines: number;
  /** Of them, the runtime's own. */
  readonly systemGoroutines: number;
}

/** What `fieldsOfInfo` puts into words, or what is for programs. */
const SAID_IN_WORDS = new Set(
  (
    'complete command_line contents dump_identity dump_path dumped_at dumped_before dwarf edges executable build_id gc_percent go_version goarch goheap_version goos ' +
    'heap_bytes heap_objects lost_variables memory_limit module next_gc pid gc_cycles reachable_bytes reachable_objects roots runtime_names schema_version signal slot_sizes source ' +
    'threads value_layouts waste_lacks language pointer_bytes word_bytes jvm_layout jvm_layout_evidence'
  ).split(' '),
);

const NAMES_FROM: Readonly<Record<string, string>> = {
  dwarf: 'from the debug information',
  symbols: 'from the symbols',
  search: 'by searching the memory',
};
const CONTENTS: Readonly<Record<string, string>> = {
  none: 'none',
  preview: 'the first bytes of texts (preview)',
  full: 'all reachable objects (full)',
};

/** Two groups: what one wants to know first, and what else is known. A fact that no field puts into words stands in the second under its key. */
export function fieldsOfInfo(
  facts: Facts,
  losses: readonly string[],
  counts: InfoCounts,
  memory: MemoryFigures,
  exact: boolean,
): readonly [InfoField[], InfoField[]] {
  const text = (key: string) => (facts[key] === undefined || facts[key] === null ? undefined : printable(String(facts[key])));
  const number = (key: string) => Number(facts[key] ?? 0);
  const size = (bytes: number) => (exact ? `${bytes} bytes` : formatBytes(bytes));
  const heap = (bytes: number, objects: number) => `${size(bytes)} in ${counted(objects, 'object')}`;
  const known = (bytes: number, what: string) => (bytes > 0 ? `${size(bytes)} ${what}` : undefined);
  const garbage = number('heap_objects') - number('reachable_objects');
  const system = counts.systemGoroutines > 0 ? `, ${counts.systemGoroutines} of them the runtime's` : '';
  const main = fields([
    ['program', text('module')],
    ['command line', text('command_line')],
    ['go version', joined([text('go_version'), joined([text('goos'), text('goarch')], '/')], ' ')],
    [
      'dumped',
      joined([dumpedAt(text('dumped_at'), text('dumped_before')), signalName(facts.signal), facts.pid && `process ${facts.pid}`], ', '),
    ],
    ['complete', facts.complete === undefined ? undefined : facts.complete === 0 ? 'no' : 'yes'],
    ['lost', losses.map(printable)],
    ['live heap', heap(number('reachable_bytes'), number('reachable_objects'))],
    ['garbage', garbage > 0 ? `${heap(number('heap_bytes') - number('reachable_bytes'), garbage)}, not freed yet` : undefined],
    ['heap in use', known(memory.heapInUse, '(HeapInuse): pages that hold objects')],
    ['stacks', known(memory.stacks, '(StackInuse)')],
    ['touched', known(memory.touched, `≈ resident (RSS), not counting ${size(memory.files)} of mapped files`)],
    ['from the system', known(memory.sys, '(Sys): address space, resident or not')],
    ['never touched', untouchedWords(memory, size)],
    ['collector', collectorWords((key) => (typeof facts[key] === 'number' ? facts[key] : undefined), size)],
    [facts.language === 'java' ? 'threads' : 'goroutines', `${counts.goroutines}${system}`],
  ]);
  const others = Object.keys(facts).filter((key) => !SAID_IN_WORDS.has(key));
  const more = fields([
    ['dump', text('dump_path')],
    ['object layout', joined([text('jvm_layout'), text('jvm_layout_evidence')], ': ')],
    ['threads', text('threads')],
    ['executable', text('executable')],
    ['build id', text('build_id')],
    ['debug information', facts.dwarf === undefined ? undefined : facts.dwarf === 'none' ? 'no' : 'yes'],
    ["the runtime's names", text('runtime_names') && (NAMES_FROM[String(facts.runtime_names)] ?? text('runtime_names'))],
    ['pointers', text('edges')],
    ['roots', text('roots')],
    ['contents kept', text('contents') && (CONTENTS[String(facts.contents)] ?? text('contents'))],
    ['written by', `goheap ${text('goheap_version') ?? '?'}, schema version ${text('schema_version') ?? '?'}`],
    ...others.map((key) => [printable(key).replaceAll('_', ' '), text(key)] as const),
  ]);
  return [main, more];
}

const UNTOUCHED_NAMED = 3;

/** The sum, and what most of it is. */
function untouchedWords({untouched}: MemoryFigures, size: (bytes: number) => string): string | undefined {
  if (untouched.length === 0) return undefined;
  const named = untouched.slice(0, UNTOUCHED_NAMED).map(({name, bytes}) => `${printable(name)} ${size(bytes)}`);
  const rest = untouched.length > UNTOUCHED_NAMED ? ', …' : '';
  return `${size(untouched.reduce((sum, {bytes}) => sum + bytes, 0))}: ${named.join(', ')}${rest}`;
}

function fields(list: readonly (readonly [string, string | readonly string[] | undefined])[]): InfoField[] {
  return list.flatMap(([label, value]) => {
    const lines = typeof value === 'string' ? [value] : (value ?? []);
    return lines.length > 0 ? [[label, lines] as const] : [];
  });
}

/** Those that there are; undefined when there is none. */
function joined(parts: readonly unknown[], separator: string): string | undefined {
  return parts.filter((part) => part !== undefined && part !== null && part !== '').join(separator) || undefined;
}

/** Bounds that differ by more are not one moment. */
const MOMENT_MS = 2000;

/** To the second: `2026-11-29 14:40:01 UTC`, the earliest moment where it may have been later. */
function dumpedAt(iso: string | undefined, before: string | undefined): string | undefined {
  const at = iso?.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d+Z$/, '$1 $2 UTC');
  if (iso === undefined || before === undefined || at === undefined) return at;
  const apart = Date.parse(before) - Date.parse(iso);
  return apart <= MOMENT_MS ? at : `${at} or up to ${Math.ceil(apart / 1000)} s later`;
}

function signalName(signal: unknown): string | undefined {
  if (typeof signal !== 'number' || signal === 0) return undefined;
  const [name] = Object.entries(constants.signals).find(([, number]) => number === signal) ?? [];
  return name ?? `signal ${signal}`;
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
