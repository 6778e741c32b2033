/**
 * Timers that will fire → the graph's columns: in which object each is, when it fires by the calendar, and whose function it calls. One of
 * time.AfterFunc is called by the function that the program gave it, others by what the runtime does for them.
 */
import {Column} from '../base/columns.js';
import type {StringTable} from '../base/string-table.js';
import {type Address, NONE, type NodeIndex} from '../base/units.js';
import {TIMER_KINDS, type TimerKind, type TimerTable} from '../graph/heap-graph.js';
import {readArmedTimers} from '../runtime/armed-timers.js';
import {printedName} from '../runtime/functions/logical-frames.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import type {RuntimeClock} from '../runtime/runtime-clock.js';
import {findTarget, type ObjectIndexTable, type Target} from './find-objects.js';

/** What the runtime calls when a timer fires → for whom. */
const KIND_OF: Readonly<Record<string, TimerKind>> = {
  'time.goFunc': 'function',
  'time.sendTime': 'channel',
  'runtime.goroutineReady': 'sleep',
  'runtime.netpollDeadline': 'deadline',
  'runtime.netpollReadDeadline': 'deadline',
  'runtime.netpollWriteDeadline': 'deadline',
};
const SECOND = 1e9;
/** Later than any program means: it fires never. */
const NEVER = 2 ** 62;

/** `firstNode` is the node number of object 0. */
export function readTimerColumns(
  go: GoRuntime,
  index: ObjectIndexTable,
  clock: RuntimeClock,
  strings: StringTable,
  firstNode: number,
): TimerTable {
  const [address, when, left, period] = Array.from({length: 4}, () => new Column(Float64Array, 16)) as [F, F, F, F];
  const [object, argument, functionName] = Array.from({length: 3}, () => new Column(Uint32Array, 16)) as [U, U, U];
  const kind = new Column(Uint8Array, 16);
  const target: Target = {object: 0, offset: 0};
  const nodeAt = (at: Address): NodeIndex => (findTarget(index, at, target) ? firstNode + target.object : NONE);
  for (const timer of readArmedTimers(go)) {
    const called = functionOf(go, timer.function);
    const of = KIND_OF[called] ?? 'runtime';
    address.push(timer.address);
    object.push(nodeAt(timer.address));
    kind.push(TIMER_KINDS.indexOf(of));
    when.push(timer.when < NEVER ? (timer.when + clock.unixOffset) / SECOND : Number.NaN);
    left.push(timer.when < NEVER ? (timer.when - clock.latest) / SECOND : Number.NaN);
    period.push(timer.period / SECOND);
    functionName.push(strings.intern((of === 'function' ? functionOf(go, timer.argument) : '') || called));
    argument.push(nodeAt(timer.argument));
  }
  return {
    count: address.length,
    address: address.finish(),
    object: object.finish(),
    kind: kind.finish(),
    when: when.finish(),
    left: left.finish(),
    period: period.finish(),
    functionName: functionName.finish(),
    argument: argument.finish(),
  };
}
type F = Column<Float64Array>;
type U = Column<Uint32Array>;

/** Of a funcval; '' where it leads to no function. */
function functionOf(go: GoRuntime, funcval: Address): string {
  if (funcval === 0 || !go.image.isMapped(funcval, 8)) return '';
  const code = go.image.word(funcval);
  const fn = go.functions.find(code);
  return fn?.entry === code ? printedName(fn.name) : '';
}
