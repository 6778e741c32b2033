/**
 * Types → the reachable objects of the few that findings look at one by one: channels, contexts, structures of sync.Pool, sudogs. One pass over
 * a byte per object's type.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {getBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {firstObjectNode} from '../graph/objects.js';

/** Nodes, ascending. */
export interface RuntimeObjects {
  readonly channels: Uint32Array;
  readonly contexts: Uint32Array;
  readonly pools: Uint32Array; // what a sync.Pool keeps its items in
  readonly sudogs: Uint32Array;
}

/** By the type's name, which is the runtime's: `sudog<main.T>` is one whose value's type is known, `hchan<T>` a channel of T. */
const NAMES: Readonly<Record<keyof RuntimeObjects, RegExp>> = {
  channels: /^hchan(?:<|$)|^runtime\.hchan$/,
  contexts: /^context\.(?!emptyCtx$)\w*(?:Ctx|cancelCtx)$/, // but the background
  pools: /^(?:\[\d+\])?sync\.poolLocal$|^sync\.poolChainElt$/,
  sudogs: /^(?:runtime\.sudog$|sudog<)/,
};
const LISTS = Object.keys(NAMES) as (keyof RuntimeObjects)[];

export function listRuntimeObjects({graph, reachable}: Pick<AnalysisColumns, 'graph' | 'reachable'>): RuntimeObjects {
  const {types, objects} = graph;
  const listOf = Uint8Array.from(types.name, (name) => LISTS.findIndex((list) => NAMES[list].test(name)) + 1);
  const found = LISTS.map(() => new Column(Uint32Array));
  const first = firstObjectNode(graph);
  for (let object = 0; object < objects.count; object++) {
    const list = listOf[objects.type[object]!]!;
    if (list > 0 && getBit(reachable, first + object)) found[list - 1]!.push(first + object);
  }
  const [channels, contexts, pools, sudogs] = found.map((column) => column.finish()) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  return {channels, contexts, pools, sudogs};
}
