/**
 * A typed value → rows of a tree: fields with their offsets, the padding between them, elements and entries, page by page as they are opened. A part
 * that lies inside the node knows its offset there, so that its pointers can be looked up among the node's edges.
 */
import {BYTES_A_LINE, type ValuePart, type ValueTree} from '../protocol.js';
import {postValue} from './api.js';
import {counted, showBytes} from './format.js';
import type {Page} from './widgets/tree-rows.js';

export interface ValueItem {
  readonly kind: 'value' | 'key' | 'padding' | 'bytes';
  readonly path: readonly string[];
  readonly label: string;
  /** From the start of the node's data; undefined outside of the node. */
  readonly offset: number | undefined;
  /** Of padding: its bytes, and no value. */
  readonly padding: number;
  readonly value: ValueTree | undefined;
  /** A line of bytes, hexadecimal; its offset is that in the bytes. */
  readonly line?: string;
  /** The node that a map's key leads to. */
  readonly keyNode?: number | undefined;
}

const PAGE = 100;
const PAGE_LINES = 256;

export const valueKey = ({kind, path}: ValueItem) => `${kind} ${JSON.stringify(path)}`;
export const hasValueParts = ({value}: ValueItem) => (value?.partCount ?? value?.lineCount ?? 0) > 0;

/** The row of the whole value. */
export function wholeItem(value: ValueTree): ValueItem {
  return {kind: 'value', path: [], label: value.type ?? value.kind, offset: 0, padding: 0, value};
}

export async function loadValueParts(
  node: number,
  item: ValueItem,
  loaded: readonly ValueItem[],
  abort: AbortSignal,
): Promise<Page<ValueItem>> {
  if (item.value?.lineCount) return loadLines(node, item, loaded.length, abort);
  const skip = loaded.filter(({kind}) => kind === 'value').length;
  const {parts = [], partCount = 0} = await postValue({node, path: item.path, skip, limit: PAGE}, abort);
  const left = parts.length === 0 ? 0 : partCount - skip - parts.length;
  return {items: parts.flatMap((part) => itemsOf(item, part)), rest: left > 0 ? counted(left, 'more', 'more') : undefined};
}

async function loadLines(node: number, {path}: ValueItem, skip: number, abort: AbortSignal): Promise<Page<ValueItem>> {
  const {lines = [], lineCount = 0, remark} = await postValue({node, path, skip, limit: PAGE_LINES}, abort);
  if (lines.length === 0) return {items: [], rest: remark};
  const items = lines.map((line, at): ValueItem => {
    const offset = (skip + at) * BYTES_A_LINE;
    return {kind: 'bytes', path: [...path, String(skip + at)], label: '', offset, padding: 0, value: undefined, line};
  });
  const left = (lineCount - skip - lines.length) * BYTES_A_LINE;
  return {items, rest: left > 0 ? `${showBytes(left)} more` : undefined};
}

/** The part, in front of it the row of a map's key that has parts of its own, behind it the padding. */
export function itemsOf(parent: ValueItem, {key, label, mapKey, offset, padding, value}: ValuePart): ValueItem[] {
  const at = parent.offset === undefined || offset === undefined ? undefined : parent.offset + offset;
  const path = [...parent.path, key];
  const items: ValueItem[] = [{kind: 'value', path, label, offset: at, padding: 0, value, keyNode: mapKey?.node}];
  if (mapKey?.partCount)
    items.unshift({kind: 'key', path: [...parent.path, `${key}k`], label: `key ${label}`, offset: undefined, padding: 0, value: mapKey});
  if (padding) {
    const end = at === undefined ? undefined : at + (value.size ?? 0);
    items.push({kind: 'padding', path: [...path, 'padding'], label: 'padding', offset: end, padding, value: undefined});
  }
  return items;
}

/** Pointers of a node by their offset from the start of its data. */
export type Pointers<P> = ReadonlyMap<number, P>;

/** The pointer of a part: its own word, or the second one of an interface. */
export function pointerOf<P>({offset, value}: ValueItem, pointers: Pointers<P>): P | undefined {
  if (offset === undefined || value === undefined || value.kind === 'struct' || value.kind === 'array') return undefined;
  return pointers.get(value.kind === 'interface' ? offset + 8 : offset);
}
