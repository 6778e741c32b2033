/**
 * Groups of nodes of a database → what their subtrees of the dominator tree gather, as the columns of `holders` have it. The subtrees are read
 * once; of those that are too large nothing is said.
 */
import {GatherTally, type Tallied} from '../answers/gather-tally.js';
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import type {StoredNames} from './stored-names.js';

/** Subtrees in preorder: what was found last is followed first. Root nodes are left out. */
const SUBTREES = `WITH RECURSIVE tree(id, top, level) AS (
    SELECT value, value, 0 FROM json_each(:tops)
    UNION ALL SELECT d.node_id, t.top, t.level + 1 FROM tree t JOIN dominated d ON d.dominator_id = t.id ORDER BY 3 DESC)
  SELECT t.id, t.top, o.type_id AS type, max(1, coalesce(nullif(c.used, 0), o.length, 1)) AS length, o.retained, o.retained_objects AS objects
  FROM tree t CROSS JOIN objects o ON o.id = t.id LEFT JOIN capacities c ON c.object_id = t.id AND c.kind = 'slice'`;

/** Objects that are looked through for all groups together: seconds. */
const MOST_OBJECTS = 2_000_000;

interface Below {
  readonly id: number;
  readonly top: number;
  readonly type: number;
  readonly length: number;
  readonly retained: number;
  readonly objects: number;
}
export interface Gathering {
  readonly nodes: readonly number[];
  readonly retained: number;
  readonly objects: number; // in their subtrees
}
export interface GatheredColumns {
  readonly gathers_id: number;
  readonly gathers_name: string;
  readonly gathers_count: number;
  readonly gathers_type: string;
  readonly gathers_retained: number;
}

export class StoredGatherer {
  readonly #database: SqlDatabase;
  readonly #types: TypeTable;
  readonly #names: StoredNames;
  readonly #tally: GatherTally;

  constructor(database: SqlDatabase, types: TypeTable, names: StoredNames) {
    this.#database = database;
    this.#types = types;
    this.#names = names;
    this.#tally = new GatherTally(types);
  }

  /** In the order of the groups. */
  async gatherAll(groups: readonly Gathering[], mostObjects = MOST_OBJECTS): Promise<(GatheredColumns | undefined)[]> {
    const found: (Tallied | undefined)[] = [];
    let left = mostObjects;
    for (const group of groups) {
      const isTooLarge = group.objects > left;
      left -= isTooLarge ? 0 : group.objects;
      found.push(isTooLarge ? undefined : await this.#gather(group));
    }
    const between = await this.#names.readBetween(found.filter((tallied) => tallied !== undefined).map(({top, example}) => [top, example]));
    return found.map((tallied) => tallied && this.#describe(tallied, between.get(tallied.example)!));
  }

  async #gather({nodes, retained, objects}: Gathering): Promise<Tallied | undefined> {
    if (objects === 0) return undefined;
    let position = 0;
    for await (const {id, top, type, length, ...below} of this.#database.each<Below>(SUBTREES, {tops: JSON.stringify(nodes)})) {
      if (this.#tally.isNamed[type] === 1) this.#tally.add(top, id, type, length, below.retained, position, position + below.objects);
      position++;
    }
    return this.#tally.take(retained);
  }

  #describe({type, count, retained, example}: Tallied, name: string): GatheredColumns {
    return {
      gathers_id: example,
      gathers_name: name,
      gathers_count: count,
      gathers_type: this.#types.name[type]!,
      gathers_retained: retained,
    };
  }
}
