/**
 * Nodes of a database → the Go expressions of the paths by which they are held: main.cache.items[3].next.
 */
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {nameOfRoot, PathExpression, type ValueAt} from '../values/path-expression.js';
import type {LateValues} from './late-values.js';
import {type HeldNode, StoredChains} from './stored-chains.js';

/** Steps at each end of a long chain; `…` stands for those between. */
const ENDS = 16;

/** By node; none for garbage. `values` read the keys of maps. */
export async function readExpressions(
  database: SqlDatabase,
  types: TypeTable,
  ids: readonly number[],
  values: LateValues,
): Promise<Map<number, string>> {
  const chains = await StoredChains.read(database, ids);
  const found = ids.map((id) => [id, chains.of(id) ?? []] as const).filter(([, chain]) => chain.length > 0);
  const nodes = found.flatMap(([, chain]) => [...chain.slice(0, ENDS), ...chain.slice(-ENDS)]);
  const valueAt = await values.forKeys(
    types,
    nodes.map((node) => node.type_id!),
  );
  return new Map(found.map(([id, chain]) => [id, expressionOf(types, chain, valueAt)]));
}

function expressionOf(types: TypeTable, chain: readonly HeldNode[], valueAt: ValueAt | undefined): string {
  const [root] = chain;
  const naming = {kind: root!.kind!, name: root!.name ?? '', goroutine: root!.goroutine_id ?? undefined, language: root!.language};
  const expression = new PathExpression({types}, nameOfRoot(naming), valueAt);
  const last = chain.length - 1;
  for (let step = 0; step < last; step++) {
    if (step >= ENDS && step < last - ENDS) {
      expression.skip();
      step = last - ENDS;
    }
    const {type_id, length, header, address} = chain[step]!;
    const holder = {type: type_id!, length: length!, header: header!, address: address ?? undefined};
    expression.follow(holder, chain[step + 1]!.holder_offset!);
  }
  return expression.toString();
}
