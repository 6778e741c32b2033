/**
 * What makes the collector begin: GOGC, GOMEMLIMIT, and the size of the heap at which it will. Truth: runtime/mgcpacer.go (heapGoalInternal,
 * memoryLimitHeapGoal), Go 1.17 – 1.27.
 */
import type {Bytes} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';

/** Undefined: not known, or none. */
export interface CollectorSettings {
  readonly percent?: number; // -1: off
  readonly limit?: Bytes;
  /** MemStats.NextGC. */
  readonly nextCycle?: Bytes;
}

/** Larger values stand for "none". */
const NEVER: Bytes = 2 ** 53;
const LEAST_HEADROOM: Bytes = 2 ** 20;
const LEAST_RUNWAY: Bytes = 64 * 1024;
/** Before Go 1.21 the headroom below a limit was always the least one. */
const HEADROOM_SINCE = 21;
const HEADROOM_PERCENT = 3;

/** What cannot be read is a warning, and not known. */
export function readCollectorSettings(go: GoRuntime): CollectorSettings {
  return go.warnings.attempt<CollectorSettings>('collector-settings', 'When the collector would have begun is not known', {}, () => {
    const controller = go.findAddress('runtime.gcController');
    const layout = go.layouts.find('runtime.gcControllerState');
    const percent = layout?.findOffset('gcPercent');
    if (controller === undefined || !layout || percent === undefined) return {};
    const field = (name: string): Bytes | undefined => {
      const offset = layout.findOffset(name);
      return offset === undefined ? undefined : go.image.word(controller + offset);
    };
    const limit = field('memoryLimit') ?? NEVER;
    const goal = field('heapGoal') ?? goalOf(field, limit, go.minor); // before Go 1.19 it was a field
    return {
      percent: go.image.i32(controller + percent),
      ...(limit < NEVER ? {limit} : {}),
      ...(goal !== undefined && goal > 0 && goal < NEVER ? {nextCycle: goal} : {}),
    };
  });
}

type Field = (name: string) => Bytes | undefined;

function goalOf(field: Field, limit: Bytes, minor: number): Bytes | undefined {
  const byPercent = field('gcPercentHeapGoal');
  if (byPercent === undefined) return undefined;
  const byLimit = limit < NEVER ? goalOfLimit(field, limit, minor) : Number.POSITIVE_INFINITY;
  if (byLimit === undefined) return undefined;
  if (byLimit < byPercent) return byLimit;
  const triggered = field('triggered') ?? NEVER;
  return Math.max(byPercent, field('sweepDistMinTrigger') ?? 0, triggered < NEVER ? triggered + LEAST_RUNWAY : 0);
}

function goalOfLimit(field: Field, limit: Bytes, minor: number): Bytes | undefined {
  const [free, allocated, freed, ready] = ['heapFree', 'totalAlloc', 'totalFree', 'mappedReady'].map(field);
  const marked = field('heapMarked');
  if (free === undefined || allocated === undefined || freed === undefined || ready === undefined || marked === undefined) return undefined;
  const rest = limit - (ready - free - (allocated - freed)) - Math.max(0, ready - limit);
  if (rest <= 0) return marked;
  const headroom = Math.max(LEAST_HEADROOM, minor < HEADROOM_SINCE ? 0 : Math.floor(rest / 100) * HEADROOM_PERCENT);
  return Math.max(marked, headroom, rest - headroom);
}
