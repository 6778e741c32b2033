/**
 * Nodes of a database → the chains of pointers by which they are held, read together: what several have in common is read once. The chain is
 * that of `objects.holder_id`, from a root node to the node.
 */
import type {SqlDatabase} from '../sql/index.js';
import {contradiction} from '../sql/table-reader.js';
import type {Query, RowOf} from './queries/run-query.js';

/** Nodes with all that hold them, `limit` in all. */
export const chains = {
  id: 'chains',
  title: 'Nodes and what holds them',
  sql: `WITH RECURSIVE up(id) AS (
      SELECT value FROM json_each(:ids)
      UNION SELECT o.holder_id FROM up u JOIN objects o ON o.id = u.id WHERE o.holder_id IS NOT NULL LIMIT :limit)
    SELECT u.id, coalesce(o.type_id, r.type_id, 0) AS type_id, coalesce(o.length, 1) AS length, coalesce(o.header, 0) AS header,
      coalesce(o.address, r.address) AS address, o.holder_id, o.holder_offset, coalesce(e.target_offset - o.header, 0) AS entered_at, r.kind, r.name, r.goroutine_id,
      iif(r.id IS NULL, NULL, (SELECT value FROM meta WHERE key = 'language')) AS language
    FROM up u LEFT JOIN objects o ON o.id = u.id LEFT JOIN roots r ON r.id = u.id
      LEFT JOIN edges e ON e.source_id = o.holder_id AND e.offset = o.holder_offset`,
  params: {ids: 'text', limit: 'count'},
  columns: {
    id: 'node',
    type_id: 'type',
    length: 'count',
    header: 'bytes',
    address: 'address',
    holder_id: 'node',
    holder_offset: 'number',
    entered_at: 'bytes',
    kind: 'text',
    name: 'text',
    goroutine_id: 'number',
    language: 'text',
  },
} as const satisfies Query;

/** `kind` and `language` are NULL for objects. `entered_at`: where in the node's data the pointer of its holder leads. */
export type HeldNode = RowOf<typeof chains>;

export type OtherHolder = Pick<HeldNode, 'holder_id' | 'holder_offset' | 'entered_at'>;

/** Beyond the nodes asked for: lists of a million items lead to their last one. */
const MOST_HOLDERS = 1_000_000;

export class StoredChains {
  readonly #nodes: ReadonlyMap<number, HeldNode>;

  private constructor(nodes: ReadonlyMap<number, HeldNode>) {
    this.#nodes = nodes;
  }

  /** `rehung`: nodes that are to be held by others than the database says; what holds those must be among `ids`. */
  static async read(
    database: SqlDatabase,
    ids: readonly number[],
    rehung: ReadonlyMap<number, OtherHolder> = new Map(),
  ): Promise<StoredChains> {
    const nodes = new Map<number, HeldNode>();
    const params = {ids: JSON.stringify(ids), limit: ids.length + MOST_HOLDERS};
    for await (const node of database.each<HeldNode>(chains.sql, params)) nodes.set(node.id!, {...node, ...rehung.get(node.id!)});
    return new StoredChains(nodes);
  }

  get(id: number): HeldNode | undefined {
    return this.#nodes.get(id);
  }
  /** Root nodes that the chains begin at. */
  roots(): number[] {
    return [...this.#nodes.values()].filter(({kind}) => kind !== null).map(({id}) => id!);
  }
  /** From the root node to the node itself; undefined for garbage, and where too many hold it. */
  of(id: number): HeldNode[] | undefined {
    const chain: HeldNode[] = [];
    for (let node = this.#nodes.get(id); node !== undefined; node = this.#nodes.get(node.holder_id!)) {
      if (chain.push(node) > this.#nodes.size) throw contradiction('objects', id, 'its holders go round in a circle');
      if (node.kind !== null) return chain.reverse();
    }
    return undefined;
  }
}
