/**
 * Timers that will fire, by the function that they call → findings where there are many, or where they keep much. Sleeping goroutines and deadlines
 * of connections are no timers of the program's own.
 */
import {Column} from '../base/columns.js';
import {grouped} from '../base/format-bytes.js';
import {remember} from '../base/remember.js';
import {NONE, type NodeIndex} from '../base/units.js';
import {type HeapGraph, TIMER_KINDS} from '../graph/heap-graph.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {isWorthTelling} from './finding-thresholds.js';
import {SubtreeSet} from './subtree-set.js';
import {amount, countOf, duration, pathTo} from './telling-words.js';

const OWN = new Set(['function', 'channel'].map((kind) => TIMER_KINDS.indexOf(kind as 'function')));

export function* findTimers({told, sizes}: FindingInput): Generator<Finding> {
  const {timers, strings} = told.columns.graph;
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < timers.count; row++)
    if (OWN.has(timers.kind[row]!)) remember(rowsOf, timers.functionName[row]!, () => []).push(row);
  for (const [functionName, rows] of rowsOf) {
    const nodes = new Column(Uint32Array, rows.length);
    for (const row of rows) if (timers.object[row] !== NONE) nodes.push(timers.object[row]!);
    const set = new SubtreeSet(told, nodes.finish());
    if (!isWorthTelling('timers', {count: rows.length, bytes: set.bytes, of: sizes.live})) continue;
    const isFunction = TIMER_KINDS[timers.kind[rows[0]!]!] === 'function';
    const ticking = rows.filter((row) => timers.period[row]! > 0).length;
    const left = rows.map((row) => timers.left[row]!).filter((seconds) => !Number.isNaN(seconds));
    const [soonest, latest] = [left.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY), left.reduce((a, b) => Math.max(a, b), 0)];
    const biggest = set.tops.reduce(
      (best, node) => (best === NONE || told.columns.retained[node]! > told.columns.retained[best]! ? node : best),
      NONE,
    );
    const name = isFunction ? strings[functionName]! : pathTo(told, channelOf(told.columns.graph, rows, biggest));
    const what = isFunction ? `call ${name}` : 'send to channels';
    const when =
      left.length === 0
        ? ''
        : soonest >= latest - 1
          ? ` in ${duration(latest)}`
          : ` in ${duration(Math.max(0, soonest))} to ${duration(latest)}`;
    yield {
      kind: 'timers',
      name,
      bytes: set.bytes,
      of: sizes.live,
      count: rows.length,
      node: biggest,
      type: NONE,
      group: NONE,
      sentence: `${countOf(rows.length, 'timer')} will ${what}${when}${ticking > 0 ? `, ${grouped(ticking)} of them again and again` : ''}. Until then they keep ${amount(set.bytes, sizes.live)}.`,
      evidence: {
        function: strings[functionName]!,
        tickers: ticking,
        soonest_seconds: left.length === 0 ? null : soonest,
        latest_seconds: left.length === 0 ? null : latest,
      },
      fix: isFunction
        ? 'Keep the *time.Timer that time.AfterFunc returns, and call its Stop when it is no longer needed.'
        : 'Call Stop on each time.Ticker and time.Timer; in loops use one timer instead of time.After.',
      next: 'goheap timers INPUT',
      nodes: set.tops,
    };
  }
}

/** Of the timer that keeps most: the program's own variable leads to it, the timer itself hangs on the runtime. */
function channelOf({timers}: HeapGraph, rows: readonly number[], timer: NodeIndex): NodeIndex {
  const row = rows.find((candidate) => timers.object[candidate] === timer);
  return row === undefined ? NONE : timers.argument[row]!;
}
