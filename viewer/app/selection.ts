/**
 * What is selected in the list in front of the user, which the pane at the right follows: every list of objects or types sets it. And what is ticked for the question
 * "what if it were gone": pointers, objects, types, and paths, from whatever screen; kept as long as the tab, as its token is, and nowhere else: these are names of the dump.
 */
import {effect, signal} from '@preact/signals';
import type {LongRequest, WhatIfRequest} from '../long-protocol.js';

export interface Selected {
  /** Of types the object of them that retains most. */
  readonly node: number;
  /** Where types are selected and no object: their ids, which share a name. */
  readonly types?: readonly number[];
  /** Of rows that stand for several nodes: how many. Such a row is not ticked. */
  readonly isOneOf?: number;
  /** For the heading of the pane: full, as it is in the database. */
  readonly name: string;
  readonly href: string;
}

export const selection = signal<Selected | undefined>(undefined);

/** Of what shows the selection. */
export interface PanelProps {
  readonly selected: Selected;
}

export type Tick = {readonly name: string} & (
  | {readonly kind: 'pointer'; readonly source: number; readonly offset: number}
  | {readonly kind: 'node'; readonly node: number}
  | {readonly kind: 'types'; readonly types: readonly number[]}
  /** All pointers of that path into one node. */
  | {readonly kind: 'group'; readonly node: number}
  /** All pointers of the path. */
  | {readonly kind: 'path'}
);

const KEY = 'goheap-ticks';

export const ticks = signal<readonly Tick[]>(read());
effect(() => {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(ticks.value));
  } catch {
    // Without storage they last as long as the page.
  }
});

function read(): readonly Tick[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as readonly Tick[];
  } catch {
    return [];
  }
}

/** What is meant, whatever it is called. */
export function tickKey(tick: Tick): string {
  switch (tick.kind) {
    case 'pointer':
      return `pointer ${tick.source} ${tick.offset}`;
    case 'node':
      return `node ${tick.node}`;
    case 'types':
      return `types ${tick.types.join(' ')}`;
    case 'group':
      return `group ${tick.node} ${tick.name}`;
    case 'path':
      return `path ${tick.name}`;
  }
}

export const isTicked = (tick: Tick) => ticks.value.some((each) => tickKey(each) === tickKey(tick));

export function toggleTick(tick: Tick): void {
  const others = ticks.value.filter((each) => tickKey(each) !== tickKey(tick));
  ticks.value = others.length < ticks.value.length ? others : [...others, tick];
}

/** Undefined for one of several, whose name is that of all. */
export function tickOf({node, types, name, isOneOf = 1}: Selected): Tick | undefined {
  if (isOneOf > 1) return undefined;
  return types === undefined ? {kind: 'node', node, name} : {kind: 'types', types, name};
}

/** `of` is the name of the node that it lies in, `field` as Go writes it, where that is known. */
export function pointerTick(source: number, of: string, offset: number, field: string | null): Tick {
  const place = field ? (field.startsWith('[') ? field : `.${field}`) : `+${offset}`;
  return {kind: 'pointer', source, offset, name: of + place};
}

export function whatIfOf(ticked: readonly Tick[]): Omit<WhatIfRequest, keyof LongRequest> {
  return {
    pointers: ticked.flatMap((tick) => (tick.kind === 'pointer' ? [{source: tick.source, offset: tick.offset}] : [])),
    nodes: ticked.flatMap((tick) => (tick.kind === 'node' ? [tick.node] : [])),
    types: ticked.flatMap((tick) => (tick.kind === 'types' ? tick.types : [])),
    groups: ticked.flatMap((tick) => (tick.kind === 'group' ? [{node: tick.node, name: tick.name}] : [])),
    paths: ticked.flatMap((tick) => (tick.kind === 'path' ? [tick.name] : [])),
  };
}
