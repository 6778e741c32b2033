/**
 * What is worth telling whoever asks why the memory grew: one thing that keeps, wastes or leaks memory, in a sentence with numbers.
 */
import type {Bytes, NodeIndex} from '../base/units.js';
import type {TypeIndex} from '../graph/heap-graph.js';

/**
 * The most specific first: of two that are about the same nodes the earlier one is told. A healthy program has none of the level `problem`.
 * goroutine-leak is proved; the others say what keeps memory, and a person says whether it should.
 */
export const FINDING_LEVELS = {
  'goroutine-leak': 'problem',
  timers: 'problem',
  contexts: 'problem',
  channel: 'problem',
  finalizers: 'problem',
  pinned: 'problem',
  goroutines: 'problem',
  capacity: 'note',
  'sparse-map': 'note',
  duplicates: 'note',
  pooled: 'note',
  holder: 'note',
  owner: 'note',
  garbage: 'note',
  idle: 'note',
  'off-heap': 'note',
} as const satisfies Record<string, FindingLevel>;

export type FindingLevel = 'problem' | 'note';
export type FindingKind = keyof typeof FINDING_LEVELS;
export const FINDING_KINDS = Object.keys(FINDING_LEVELS) as readonly FindingKind[];

export interface Finding {
  readonly kind: FindingKind;
  /** The variable, type or function that it is about, as a programmer writes it. */
  readonly name: string;
  /** False: the dump lacks a part that may tell otherwise, so that it is a note. */
  readonly isProved?: boolean;
  readonly bytes: Bytes; // all that it costs, stacks included
  readonly of: Bytes; // what these are a share of: the live heap, for most
  readonly count: number; // of what the sentence counts
  readonly node: NodeIndex; // where to look; NONE where there is no such place
  readonly type: TypeIndex; // NONE where it is about no type
  readonly group: number; // GoroutineTable.group; NONE
  /** For a tired person; whose bytes are inside follows by itself. */
  readonly sentence: string;
  /** What the sentence rests on, in snake_case. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** One line of Go or of advice. */
  readonly fix: string;
  /** A command of goheap that shows more, with INPUT for the file's name. */
  readonly next: string;
  /** Whose subtrees of the dominator tree it is about; empty for what is in no node. */
  readonly nodes: Uint32Array;
}
