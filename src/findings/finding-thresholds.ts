/**
 * From where on a finding is told. What these give on healthy servers was looked at: a note or two, no problem.
 */
import type {FindingKind} from './finding.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Each is met alone by `count`, or by `bytes` and `share` together; what is not there is not asked. */
export interface Threshold {
  readonly count?: number;
  /** Bytes of `Finding.bytes`. */
  readonly bytes?: number;
  /** Of `Finding.of`, 0 to 1. */
  readonly share?: number;
}

export const THRESHOLDS = {
  'goroutine-leak': {count: 1},
  timers: {count: 1000, bytes: MIB, share: 0.01},
  contexts: {count: 1000},
  channel: {bytes: MIB, share: 0.01},
  finalizers: {count: 1000, bytes: MIB, share: 0.01},
  pinned: {bytes: MIB, share: 0.01},
  goroutines: {count: 1000, bytes: 4 * MIB, share: 0.05},
  capacity: {bytes: 8 * MIB, share: 0.1},
  'sparse-map': {bytes: 8 * MIB, share: 0.1},
  duplicates: {bytes: 8 * MIB, share: 0.1},
  pooled: {bytes: 8 * MIB, share: 0.1},
  holder: {bytes: 4 * MIB, share: 0.1},
  owner: {bytes: 4 * MIB, share: 0.2},
  garbage: {bytes: 16 * MIB},
  idle: {bytes: 64 * MIB},
  'off-heap': {bytes: 32 * MIB, share: 0.3},
} as const satisfies Record<FindingKind, Threshold>;

/** A channel to which nobody waits to send is told from so many values on. */
export const MANY_QUEUED = 1000;
/** Fewer goroutines with equal stacks are workers, whatever they hold. */
export const FEWEST_GOROUTINES = 100;
/** How far beyond the collector's own goal the heap is when garbage is told. */
export const BEYOND_GOAL = 1.2;
/** Of the bytes of two findings, that make them one. */
export const SAME_NODES = 0.8;

export function isWorthTelling(
  kind: FindingKind,
  {count, bytes, of}: {readonly count: number; readonly bytes: number; readonly of: number},
): boolean {
  const limit: Threshold = THRESHOLDS[kind];
  if (limit.count !== undefined && count >= limit.count) return true;
  return limit.bytes !== undefined && bytes >= limit.bytes && bytes >= (limit.share ?? 0) * of;
}
