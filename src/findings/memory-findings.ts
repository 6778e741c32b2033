/**
 * Memory that no live object takes → findings: garbage beyond the collector's own goal, pages that are kept for later, memory outside Go.
 */

import {collectorWords} from '../base/collector-words.js';
import {formatBytes} from '../base/format-bytes.js';
import {NONE} from '../base/units.js';
import type {Finding, FindingKind} from './finding.js';
import {type FindingInput, sumMemory} from './finding-input.js';
import {BEYOND_GOAL, isWorthTelling} from './finding-thresholds.js';
import {amount, percent} from './telling-words.js';

const OUTSIDE = new Set(['other']);
/** Their pages are resident or not, which no core tells. */
const OF_FILES = new Set(['program', 'files']);

export function* findUnusedMemory(input: FindingInput): Generator<Finding> {
  const {graph} = input.told.columns;
  const {live, allocated} = input.sizes;
  const number = (key: string) => (typeof graph.metadata[key] === 'number' ? (graph.metadata[key] as number) : undefined);
  const collector = {
    gc_percent: number('gc_percent') ?? null,
    memory_limit: number('memory_limit') ?? null,
    next_gc: number('next_gc') ?? null,
    gc_cycles: number('gc_cycles') ?? null,
  };
  const settings = collectorWords(number, formatBytes);
  const begins = settings === undefined ? '' : ` (${settings})`;
  const goal = collector.next_gc;
  if (goal !== null && allocated > BEYOND_GOAL * goal) {
    const bytes = allocated - live;
    const sentence = `${amount(bytes, allocated, 'what is allocated')} is garbage, and the heap is ${percent(allocated, goal)} of where the collector would begin${begins}.`;
    yield* told('garbage', {
      name: 'garbage',
      bytes,
      of: allocated,
      sentence,
      evidence: {allocated, ...collector},
      fix: 'See whether the collector keeps up: it needs CPU, and goroutines that can be stopped.',
    });
  }
  const touched = sumMemory(graph, ({category}) => !OF_FILES.has(category), 'touched');
  const idle = sumMemory(graph, ({category, part}) => category === 'heap' && part === 'idle pages', 'bytes');
  if (idle > live) {
    const sentence = `${formatBytes(idle)} of pages are free and not given back to the system, more than the live heap of ${formatBytes(live)}: what a peak has left behind${begins}.`;
    yield* told('idle', {
      name: 'idle pages',
      bytes: idle,
      of: touched,
      sentence,
      evidence: {live, ...collector},
      fix: 'A limit (GOMEMLIMIT) makes the runtime give back more; debug.FreeOSMemory does it at once. Find what made the peak.',
    });
  }
  const outside = sumMemory(graph, ({category}) => OUTSIDE.has(category), 'touched');
  const sentence = `${amount(outside, touched, 'all touched memory')} is outside Go: C code, memory-mapped data, stacks of threads. No pointer of Go says what is in it.`;
  yield* told('off-heap', {
    name: 'memory outside Go',
    bytes: outside,
    of: touched,
    sentence,
    evidence: {touched},
    fix: 'Look at what C libraries and mmap take: the heap of Go does not explain it.',
  });
}

function* told(kind: FindingKind, parts: Pick<Finding, 'name' | 'bytes' | 'of' | 'sentence' | 'evidence' | 'fix'>): Generator<Finding> {
  if (!isWorthTelling(kind, {...parts, count: 0})) return;
  yield {kind, ...parts, count: 1, node: NONE, type: NONE, group: NONE, next: 'goheap info INPUT', nodes: new Uint32Array()};
}
