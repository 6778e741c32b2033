/**
 * Groups of goroutines with equal stacks → goroutines → frames → local variables, as items of a tree. A group of one is that goroutine, so that
 * its frames are one step away.
 */
import {
  framesOfGoroutines,
  type goroutineGroups,
  goroutinesOfGroup,
  localsOfGoroutines,
} from '../../src/database/queries/goroutine-queries.js';
import type {RowOf} from '../../src/database/queries/run-query.js';
import {ask} from './api.js';
import {counted, worded} from './format.js';
import {learnWaits} from './wait-answers.js';
import type {Page} from './widgets/tree-rows.js';

export type GoroutineGroup = RowOf<typeof goroutineGroups>;
export type GoroutineRow = RowOf<typeof goroutinesOfGroup>;
export type FrameRow = RowOf<typeof framesOfGoroutines>;
export type Local = RowOf<typeof localsOfGoroutines>;

export type GoroutineItem =
  | {readonly kind: 'group'; readonly group: GoroutineGroup}
  | {readonly kind: 'goroutine'; readonly goroutine: GoroutineRow}
  | {readonly kind: 'frame'; readonly frame: FrameRow; readonly locals: readonly Local[]}
  | {readonly kind: 'local'; readonly local: Local};

const PAGE = 50;

export function goroutineItemKey(item: GoroutineItem): string {
  switch (item.kind) {
    case 'group':
      return groupKey(item.group.group_id);
    case 'goroutine':
      return goroutineKey(item.goroutine.id);
    case 'frame':
      return `frame ${item.frame.id}`;
    case 'local':
      return `local ${item.local.id}`;
  }
}

export const groupKey = (id: number | null) => `group ${id}`;
export const goroutineKey = (id: number | null) => `goroutine ${id}`;

export function hasGoroutineParts(item: GoroutineItem): boolean {
  return item.kind === 'frame' ? item.locals.length > 0 : item.kind !== 'local';
}

/** `wanted` comes first in its group, wherever it would be in the list. */
export async function loadGoroutineParts(
  item: GoroutineItem,
  loaded: readonly GoroutineItem[],
  wanted: GoroutineRow | undefined,
  abort: AbortSignal,
): Promise<Page<GoroutineItem>> {
  if (item.kind === 'local') return {items: []};
  if (item.kind === 'frame') return {items: item.locals.map((local) => ({kind: 'local', local}))};
  if (item.kind === 'goroutine') return {items: await loadStack(item.goroutine.id!, abort)};
  const {group_id: group, goroutines, id} = item.group;
  if (goroutines === 1) return {items: await loadStack(id!, abort)};
  const first = wanted?.group_id === group ? [wanted!] : [];
  const skip = Math.floor(loaded.length / PAGE) * PAGE; // one more is loaded where `wanted` was not in its page yet
  const page = await ask(goroutinesOfGroup, {group: group!, limit: PAGE, skip}, abort);
  const left = goroutines! - skip - page.length;
  const others = page.filter((each) => each.id !== first[0]?.id);
  const rows = loaded.length === 0 ? [...first, ...others] : others;
  learnWaits(rows.map((row) => row.id!));
  return {items: rows.map((goroutine) => ({kind: 'goroutine', goroutine})), rest: left > 0 ? counted(left, 'more', 'more') : undefined};
}

/** Frames with their locals; locals whose frame is not known follow behind. */
export async function loadStack(goid: number, abort: AbortSignal): Promise<GoroutineItem[]> {
  const ids = JSON.stringify([goid]);
  const [frames, locals] = await Promise.all([ask(framesOfGoroutines, {ids}, abort), ask(localsOfGoroutines, {ids}, abort)]);
  return stackItems(frames, locals);
}

export function stackItems(frames: readonly FrameRow[], locals: readonly Local[]): GoroutineItem[] {
  const of = new Map<number | null, Local[]>(frames.map(({id}) => [id, []]));
  const others = locals.filter((local) => !of.get(local.frame_id)?.push(local));
  return [
    ...frames.map((frame): GoroutineItem => ({kind: 'frame', frame, locals: of.get(frame.id)!})),
    ...others.map((local): GoroutineItem => ({kind: 'local', local})),
  ];
}

/** The node of a row, for links and the pane. */
export function nodeOf(item: GoroutineItem): {readonly id: number; readonly kind: string; readonly name: string} | undefined {
  if (item.kind === 'local') return {id: item.local.id!, kind: 'local', name: item.local.name ?? ''};
  if (item.kind === 'goroutine') return nodeOfGoroutine(item.goroutine.root_id, item.goroutine.id!);
  return item.kind === 'group' ? nodeOfGoroutine(item.group.root_id, item.group.id!) : undefined;
}

function nodeOfGoroutine(root: number | null, goid: number) {
  return root === null ? undefined : {id: root, kind: 'goroutine', name: worded(`goroutine ${goid}`)};
}
