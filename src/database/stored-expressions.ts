/**
 * Nodes of a database → the Go expressions of the paths by which they are held: main.cache.items[3].next.
 */
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {nameOfRoot, PathExpression} from '../values/path-expression.js';
import {type HeldNode, StoredChains} from './stored-chains.js';

/** Steps at each end of a long chain; `…` stands for those between. */
const ENDS = 16;

/** By node; none for garbage. */
export async function readExpressions(database: SqlDatabase, types: TypeTable, ids: readonly number[]): Promise<Map<number, string>> {
  const chains = await StoredChains.read(database, ids);
  const texts = ids.flatMap((id) => {
    const chain = chains.of(id);
    return chain === undefined ? [] : [[id, expressionOf(types, chain)] as const];
  });
  return new Map(texts);
}

function expressionOf(types: TypeTable, chain: readonly HeldNode[]): string {
  const [root] = chain;
  const naming = {kind: root!.kind!, name: root!.name ?? '', goroutine: root!.goroutine_id ?? undefined};
  const expression = new PathExpression({types}, nameOfRoot(naming));
  const last = chain.length - 1;
  for (let step = 0; step < last; step++) {
    if (step >= ENDS && step < last - ENDS) {
      expression.skip();
      step = last - ENDS;
    }
    const {type_id, length, header} = chain[step]!;
    expression.follow({type: type_id!, length: length!, header: header!}, chain[step + 1]!.holder_offset!);
  }
  return expression.toString();
}
