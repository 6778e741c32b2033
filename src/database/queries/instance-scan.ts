/**
 * The objects of a type, of millions as of a few: sorted, filtered, counted, by owner. All are looked at, stretch by stretch, each of which takes some hundredths of a second and gives what
 * is known so far; whoever has seen enough stops. What needs no look at all of them comes at once: an order in which they are stored, or whose first ones are (`instance_ends`).
 *
 * Asked by commands and by the page: both have an `Ask`.
 */
import {
  countAmong,
  countInstances,
  instanceCounts,
  instanceEnds,
  ownersAmong,
  ownersOfType,
  sortedAmong,
  sortedInstances,
} from './objects-of-type.js';
import type {Ask, RowOf} from './run-query.js';

export type InstanceRow = RowOf<typeof sortedInstances>;
export const INSTANCE_ORDERS = ['address', 'length', 'size', 'retained', 'retained_objects', 'reachable', 'preview'] as const;
export type InstanceOrder = (typeof INSTANCE_ORDERS)[number];

export interface WantedInstances {
  readonly type: number;
  readonly order: InstanceOrder;
  readonly isDown: boolean;
  /** Part of the preview; '' for all. */
  readonly filter: string;
  /** Garbage is left out. */
  readonly isLive: boolean;
  /** The row behind which to begin, in this order. */
  readonly after?: InstanceRow | undefined;
  readonly limit: number;
}
/** What is known so far. */
export interface Found<T> {
  readonly found: T;
  /** Of all that must be looked at, 0 to 1; the answer is whole at 1. */
  readonly share: number;
  /** There are more than these, though fewer than were asked for. */
  readonly isBeginning?: boolean;
}

/** Milliseconds that a stretch should take. */
const STRETCH_MS = 50;
/** The first one, which finds its pages not read yet. */
const FIRST_STRETCH = {ranks: 8192, ids: 65_536};
const MOST_GROWTH = 4;
/** Ids are gone through in order: where the type has less than this part of the objects, its own are looked up instead. */
const LARGE_PART = 1 / 8;

/** Throws as `ask` does. */
export async function* sortInstances(ask: Ask, wanted: WantedInstances): AsyncGenerator<Found<readonly InstanceRow[]>> {
  const {type: id, order, isDown, filter, isLive, after, limit} = wanted;
  const down = isDown ? 1 : 0;
  if (filter === '' && after === undefined && !isStored(wanted)) {
    const ends = await ask(instanceEnds, {id, order, down});
    const first = isLive ? ends.filter(({reachable}) => reachable === 1) : ends;
    if (ends.length > 0 && (first.length >= limit || !isLive))
      return yield {found: first.slice(0, limit), share: 1, isBeginning: ends.length < limit};
  }
  const compare = comparison(order, isDown);
  const space = await spaceOf(ask, id, isStored(wanted) ? 'ranks' : undefined);
  const isInOrder = space.by === 'ranks' ? isStored(wanted) : order === 'address';
  let best: readonly InstanceRow[] = [];
  const given = {
    id,
    order,
    down,
    filter,
    live: isLive ? 1 : 0,
    limit,
    after: after ? JSON.stringify([orderedBy(after, order), after.object_id]) : '',
  };
  const isFromBehind = isInOrder && order === 'address' && isDown;
  for await (const {from, to, share} of stretches(space, {isFromBehind, first: isInOrder ? 4 * limit : undefined})) {
    const worst = best.length < limit ? undefined : orderedBy(best.at(-1)!, order);
    const than = worst == null ? '' : JSON.stringify(worst);
    const rows = await ask(space.by === 'ranks' ? sortedInstances : sortedAmong, {...given, from, to, than});
    best = [...best, ...rows].sort(compare).slice(0, limit);
    const isEnough = isInOrder && best.length === limit;
    yield {found: best, share: isEnough ? 1 : share};
    if (isEnough) return;
  }
}

export async function* countMatches(ask: Ask, type: number, filter: string): AsyncGenerator<Found<number>> {
  const space = await spaceOf(ask, type);
  let found = 0;
  for await (const {from, to, share} of stretches(space)) {
    const [row] = await ask(space.by === 'ranks' ? countInstances : countAmong, {id: type, from, to, live: 0, filter});
    found += row!.objects!;
    yield {found, share};
  }
}

export type OwnerOfType = RowOf<typeof ownersOfType>;

/** Most bytes first. */
export async function* sumOwners(ask: Ask, type: number): AsyncGenerator<Found<readonly OwnerOfType[]>> {
  const space = await spaceOf(ask, type);
  const sums = new Map<number | null, OwnerOfType>();
  for await (const {from, to, share} of stretches(space)) {
    for (const row of await ask(space.by === 'ranks' ? ownersOfType : ownersAmong, {id: type, from, to})) {
      const before = sums.get(row.owner_id);
      sums.set(row.owner_id, before ? {...row, objects: before.objects! + row.objects!, bytes: before.bytes! + row.bytes!} : row);
    }
    yield {found: [...sums.values()].sort((a, b) => b.bytes! - a.bytes! || a.owner_id! - b.owner_id!), share};
  }
}

/** Whether `instances` is in this order: ranks go by what objects retain, garbage last. */
function isStored({order, isDown}: WantedInstances): boolean {
  return order === 'retained' && isDown;
}

/** What is gone through: (from, to]. */
interface Space {
  readonly by: 'ranks' | 'ids';
  readonly from: number;
  readonly to: number;
}

async function spaceOf(ask: Ask, id: number, by?: Space['by']): Promise<Space> {
  const [counts] = await ask(instanceCounts, {id});
  const {instances, first, last} = counts ?? {instances: 0, first: 1, last: 0};
  const isSmall = instances! <= FIRST_STRETCH.ranks || instances! < LARGE_PART * (last! - first!);
  return (by ?? (isSmall ? 'ranks' : 'ids')) === 'ranks'
    ? {by: 'ranks', from: 0, to: instances!}
    : {by: 'ids', from: first! - 1, to: last!};
}

/** Each as long as it can be answered in time, going by the one before it. At least one. */
async function* stretches(
  {by, from: start, to: end}: Space,
  {isFromBehind = false, first}: {readonly isFromBehind?: boolean; readonly first?: number | undefined} = {},
): AsyncGenerator<{from: number; to: number; share: number}> {
  let length = Math.min(FIRST_STRETCH[by], first ?? Number.POSITIVE_INFINITY);
  let done = 0;
  do {
    const next = Math.min(end - start, done + length);
    const started = performance.now();
    const range = isFromBehind ? {from: end - next, to: end - done} : {from: start + done, to: start + next};
    yield {...range, share: end > start ? next / (end - start) : 1};
    done = next;
    length = Math.max(1, Math.round(length * Math.min(MOST_GROWTH, STRETCH_MS / (performance.now() - started))));
  } while (done < end - start);
}

/** As the queries sort. */
function comparison(order: InstanceOrder, isDown: boolean): (a: InstanceRow, b: InstanceRow) => number {
  const sign = isDown ? -1 : 1;
  return (a, b) => {
    const [x, y] = [orderedBy(a, order), orderedBy(b, order)];
    if (x === null || y === null || x === y) return Number(x === null) - Number(y === null) || a.object_id! - b.object_id!;
    return sign * (typeof x === 'string' ? compareTexts(x, y as string) : x - (y as number));
  };
}

function orderedBy(row: InstanceRow, order: InstanceOrder): number | string | null {
  return order === 'address' ? row.object_id : row[order];
}

/** By code points, as SQLite compares UTF-8: JavaScript's own order differs beyond the first 65,536. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
  const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;
  return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
}
