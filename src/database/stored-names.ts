/**
 * Nodes of a database → the names that `goheap top` gives them: generalized paths, by look-ups. Which steps a path has and how they fold is
 * decided where holders are computed (answers); only where nodes come from differs.
 */
import {
  findNamingCall,
  findNamingMethod,
  functionOrigin,
  localOrigin,
  type Origin,
  threadOrigin,
  variableOrigin,
} from '../analyses/root-origins.js';
import {InternedPaths, NOWHERE} from '../answers/interned-paths.js';
import {isNameless, namelessStep, rootStep, SILENT, type WordStep, WordSteps} from '../answers/word-steps.js';
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {type Query, type RowOf, runQuery} from './queries/run-query.js';
import {type HeldNode, type OtherHolder, StoredChains} from './stored-chains.js';

/** Root nodes, and the calls of their goroutines from the outermost on as a JSON array. */
const origins = {
  id: 'origins',
  title: 'What root nodes are called after',
  sql: `SELECT r.id, r.kind, r.name, r.goroutine_id, CASE WHEN f.wrapper = 0 THEN f.function END AS frame_function, g.function AS entry_function,
      (SELECT json_group_array(json_array(c.function, c.wrapper)) FROM (SELECT function, wrapper FROM frames WHERE goroutine_id = r.goroutine_id ORDER BY depth DESC) c) AS calls,
      (SELECT value FROM meta WHERE key = 'language') AS language
    FROM json_each(:ids) i JOIN roots r ON r.id = i.value LEFT JOIN frames f ON f.id = r.frame_id LEFT JOIN goroutines g ON g.id = r.goroutine_id`,
  params: {ids: 'text'},
  columns: {
    id: 'node',
    kind: 'text',
    name: 'text',
    goroutine_id: 'number',
    frame_function: 'text',
    entry_function: 'text',
    calls: 'text',
    language: 'text',
  },
} as const satisfies Query;

/** A node whose pointers are followed, as in generalized-paths.ts. */
interface Followed {
  readonly path: number;
  readonly node: HeldNode;
  readonly isRow: boolean;
}

export class StoredNames {
  readonly #database: SqlDatabase;
  readonly #paths = new InternedPaths();
  readonly #types: TypeTable;
  readonly #words: WordSteps;
  readonly #followed = new Map<number, Followed>();
  readonly #origins = new Map<number, Origin>();
  #chains: StoredChains | undefined;

  constructor(database: SqlDatabase, types: TypeTable) {
    this.#database = database;
    this.#types = types;
    this.#words = new WordSteps(types, this.#paths);
  }

  /** Must come before questions about these nodes and what they hold. `rehung` as `StoredChains` has it, the same each time. */
  async read(ids: readonly number[], rehung?: ReadonlyMap<number, OtherHolder>): Promise<void> {
    this.#chains = await StoredChains.read(this.#database, ids, rehung);
    for (const [id, origin] of await readOrigins(this.#database, this.#chains.roots())) this.#origins.set(id, origin);
  }

  /** The path to a root node of this type. */
  ofRoot(id: number, type: number): number {
    return this.#paths.extend(NOWHERE, rootStep(this.#paths, this.#origins.get(id)!, this.#types.name[type]!));
  }
  /** The path to what the pointer of a node at an offset leads to, which is of this type. */
  behind(holder: number, offset: number, type: number): number {
    const followed = this.#follow(holder);
    return followed === undefined ? NOWHERE : this.#along(followed, offset, type);
  }
  /** Whether Go has no words for that pointer: what it leads to is part of the node to a reader. Not so the words of a stack. */
  isSilent(holder: number, offset: number): boolean {
    const followed = this.#follow(holder);
    return followed !== undefined && !isHidden(followed.node) && this.#wordOf(followed, offset).step === SILENT;
  }
  /** The path to a node. */
  of(id: number): number {
    const node = this.#chains!.get(id);
    if (node === undefined) return NOWHERE;
    return node.kind === null ? this.behind(node.holder_id!, node.holder_offset!, node.type_id!) : this.ofRoot(id, node.type_id!);
  }
  textOf(path: number): string {
    return this.#paths.textOf(path);
  }
  /** As `InternedPaths` has it. */
  partsOf(path: number): readonly [string, string] {
    return this.#paths.partsOf(path);
  }
  /** What a path goes on from, NOWHERE for a root node's, and the text of its last step alone. */
  stepOf(path: number): {readonly parent: number; readonly text: string} {
    return {parent: this.#paths.parentOf(path), text: this.#paths.stepOf(path)};
  }
  /** Of a node that was read, or that holds one. */
  heldNode(id: number): HeldNode | undefined {
    return this.#chains!.get(id);
  }
  /** By the second one: the text from a node on the path of another to that other. */
  async readBetween(pairs: readonly (readonly [top: number, id: number])[]): Promise<Map<number, string>> {
    const chains = await StoredChains.read(
      this.#database,
      pairs.map(([, id]) => id),
    );
    return new Map(pairs.map(([top, id]) => [id, this.#textBetween(chains.of(id) ?? [], top)]));
  }

  #textBetween(chain: readonly HeldNode[], top: number): string {
    let path = NOWHERE;
    for (let at = chain.findIndex((node) => node.id === top); at >= 0 && at < chain.length - 1; at++) {
      const node = chain[at]!;
      const isRow = at > 0 && this.#isRow(chain[at - 1]!, node);
      const below = chain[at + 1]!;
      path = this.#along({path, node, isRow}, below.holder_offset!, below.type_id!);
    }
    return this.textOf(path);
  }
  /** Undefined where the chain is too long to be read. What is above a node is looked at once: chains of a million nodes are no rarity. */
  #follow(id: number): Followed | undefined {
    const chain: HeldNode[] = [];
    let node = this.#chains!.get(id);
    while (node !== undefined && !this.#followed.has(node.id!)) {
      chain.push(node);
      node = node.kind === null ? this.#chains!.get(node.holder_id!) : undefined;
    }
    let last = node && this.#followed.get(node.id!);
    if (last === undefined) {
      const root = chain.pop();
      if (root === undefined || root.kind === null) return undefined;
      last = this.#keep({path: this.ofRoot(root.id!, root.type_id!), node: root, isRow: false});
    }
    for (const below of chain.reverse())
      last = this.#keep({
        path: this.#along(last, below.holder_offset!, below.type_id!),
        node: below,
        isRow: this.#isRow(last.node, below),
      });
    return last;
  }
  #keep(followed: Followed): Followed {
    this.#followed.set(followed.node.id!, followed);
    return followed;
  }

  #along(followed: Followed, offset: number, type: number): number {
    const origin = isHidden(followed.node) ? this.#origins.get(followed.node.id!) : undefined;
    if (origin && isNameless(origin)) return this.#paths.extend(NOWHERE, namelessStep(this.#paths, this.#types.name[type]!, true));
    const step = isHidden(followed.node) ? SILENT : this.#wordOf(followed, offset).step;
    return step === SILENT ? followed.path : this.#paths.extend(followed.path, step);
  }
  #wordOf({node, isRow}: Followed, offset: number): WordStep {
    return this.#words.at(node.type_id!, offset - node.header!, isRow, isRow ? 0 : node.entered_at!);
  }
  /** Of elements, even when it has only one. */
  #isRow(holder: HeldNode, node: HeldNode): boolean {
    return node.length! > 1 || this.#words.at(holder.type_id!, node.holder_offset! - holder.header!, false).leadsToElements;
  }
}

/** What root nodes are called after; without those that are none. */
export async function readOrigins(database: SqlDatabase, ids: readonly number[]): Promise<Map<number, Origin>> {
  const rows = await runQuery(database, origins, {ids: JSON.stringify(ids)});
  return new Map(rows.map((row) => [row.id!, originOf(row)]));
}

/** Words of frames, registers and queues: where they lie says nothing. */
function isHidden(node: HeldNode): boolean {
  return node.kind !== null && node.type_id === 0;
}

function originOf({kind, name, goroutine_id, frame_function, entry_function, calls, language}: RowOf<typeof origins>): Origin {
  if (goroutine_id === null) return variableOrigin(name ?? kind!);
  const called = (JSON.parse(calls!) as [string | null, number][]).map(([text, wrapper]) => ({name: text ?? '', wrapper}));
  const naming =
    language === 'java' ? findNamingMethod(called.length, (at) => called[at]!.name) : findNamingCall(called.length, (at) => called[at]!);
  const written = called[naming]?.name ?? entry_function ?? '';
  return kind === 'local'
    ? localOrigin(name ?? '', frame_function ?? written)
    : language === 'java'
      ? threadOrigin(written)
      : functionOrigin(written);
}
