/**
 * A heap graph and the dump's bytes → `Heap` of docs/library.md. Every question is answered from the columns when it is asked;
 * what needs a pass over the whole graph (reachability, referrers) is made on first use and kept.
 */
import type {AnalysisColumns, StructureAnalysis} from '../analyses/analysis-columns.js';
import {analyzeStructure, completeAnalysis} from '../analyses/analyze.js';
import {computeReachability} from '../analyses/reachability.js';
import {GoheapError} from '../base/errors.js';
import type {Work} from '../base/progress.js';
import type {Warning} from '../base/warnings.js';
import {type Address, type Contents, type HeapGraph, ROOT_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {addressOf, headerOf, lengthOf, nodeCount, nodeOfObject, objectAt, objectOfNode} from '../graph/objects.js';
import type {NodeId} from '../values/identity.js';
import type {Type} from '../values/type-view.js';
import {TypedValue, unknownType} from '../values/typed-value.js';
import type {Decoders, Missing, Value} from '../values/value.js';
import {objectFinder, ValueSource} from '../values/value-source.js';
import {EdgeViews} from './edge-views.js';
import type {AnalyzedHeap, Edge, Goroutine, Heap, Node, ObjectFilter, Path, Selection} from './heap.js';
import {buildGoroutine, buildLocals, buildNode, findRootAt, rootLocation} from './node-view.js';
import {ObjectSelection} from './object-selection.js';

/** What a heap is made of, wherever it came from. */
export interface HeapParts {
  readonly graph: HeapGraph;
  readonly contents: Contents;
  /** Why bytes that `contents` lacks are not there. */
  readonly absence: Missing;
  readonly decoders: Decoders;
  /** Package-level variables that may be no root nodes; a database has only those that are. */
  readonly variables?: ReadonlyMap<string, {readonly type: TypeIndex; readonly address: Address}> | undefined;
  /** Present when the input had them already: a database. */
  readonly analysis?: AnalysisColumns | undefined;
  /** Present when the analyses were begun while the input was being read. */
  readonly begun?: Promise<StructureAnalysis> | undefined;
  close(): void;
}

/** Makes the richer heap; a parameter, because the two classes live in two files and one extends the other. */
type Enrich = (parts: HeapParts, analysis: AnalysisColumns) => AnalyzedHeap;

export class LoadedHeap implements Heap {
  readonly columns: HeapGraph;
  protected readonly parts: HeapParts;
  protected readonly edges: EdgeViews;
  readonly #enrich: Enrich;
  readonly #source: ValueSource;
  readonly #results = new Map<unknown, unknown>();
  #reachable: Uint8Array | undefined;
  #globals: Map<string, NodeId> | undefined;

  constructor(parts: HeapParts, enrich: Enrich, columns: HeapGraph = parts.graph) {
    this.columns = columns;
    this.parts = parts;
    this.#enrich = enrich;
    const {graph, contents, absence, decoders} = parts;
    this.#source = new ValueSource(graph, contents, {absence, decoders, findObject: objectFinder(graph)});
    this.edges = new EdgeViews(parts.graph, (type, address) => new TypedValue(this.#source, {type, address}));
  }

  get info(): Readonly<Record<string, string | number>> {
    return this.columns.metadata;
  }
  get complete(): boolean {
    return this.columns.metadata.complete !== 0;
  }
  get warnings(): readonly Warning[] {
    return this.columns.warnings;
  }

  type(name: string): Type | undefined {
    const [row] = this.#source.types.named(name);
    return row === undefined ? undefined : this.#source.types.at(row);
  }
  objects(filter: ObjectFilter = {}): Selection {
    const {garbage, minBytes = 0} = filter;
    return new ObjectSelection(this.columns, {
      types: this.#matchTypes(filter.type),
      minBytes,
      reachable: garbage === 'include' ? undefined : this.reachable,
      garbage: garbage === 'only',
    });
  }
  *roots(kind?: string): Generator<NodeId> {
    const wanted = kind === undefined ? -1 : (ROOT_KINDS as readonly string[]).indexOf(kind);
    if (kind !== undefined && wanted < 0) {
      throw new GoheapError('usage', `no root kind '${kind}'`, {hint: `Kinds: ${ROOT_KINDS.slice(1).join(', ')}.`});
    }
    const {roots} = this.columns;
    for (let row = 0; row < roots.count; row++) {
      if (wanted < 0 || roots.kind[row] === wanted) yield (row + 1) as NodeId;
    }
  }
  *goroutines(): Generator<Goroutine> {
    const locals = buildLocals(this.columns);
    for (let row = 0; row < this.columns.goroutines.count; row++) yield buildGoroutine(this.columns, locals, row);
  }
  at(address: number): NodeId | undefined {
    if (typeof address !== 'number')
      throw new GoheapError('usage', `${String(address)}: no address`, {
        hint: 'Addresses are numbers: 0xc000012340, or Number() of a bigint or a text.',
      });
    const object = objectAt(this.columns, address);
    const node = object === undefined ? findRootAt(this.columns, address) : nodeOfObject(this.columns, object);
    return node as NodeId | undefined;
  }
  id(number: number): NodeId {
    const count = nodeCount(this.columns);
    if (Number.isInteger(number) && number >= 0 && number < count) return number as NodeId;
    throw new GoheapError('usage', `no node ${number}`, {hint: `Node ids of this heap are 0 to ${count - 1}.`});
  }
  node(id: NodeId): Node {
    return buildNode(this.columns, this.#source.types, this.id(id));
  }
  value(id: NodeId): Value {
    const graph = this.columns;
    if (this.id(id) === 0) throw new GoheapError('usage', 'the program (node 0) has no value');
    const object = objectOfNode(graph, id);
    if (object === undefined) return new TypedValue(this.#source, rootLocation(graph, id));
    const count = lengthOf(graph.objects, object);
    return new TypedValue(this.#source, {
      type: graph.objects.type[object]!,
      count: count === 1 || graph.objects.type[object] === 0 ? undefined : count,
      address: addressOf(graph, object) + headerOf(graph, object),
    });
  }
  global(name: string): Value {
    this.#globals ??= new Map(Array.from([...this.roots('global'), ...this.roots('static')], (id) => [this.#rootName(id), id]));
    const id = this.#globals.get(name);
    if (id !== undefined) return this.value(id);
    const {variables, absence} = this.parts;
    const place = variables?.get(name);
    if (place) return new TypedValue(this.#source, place);
    if (absence === 'not-kept') return new TypedValue(this.#source, {type: 0, address: undefined, missing: absence});
    throw new GoheapError('usage', `no package-level variable ${name}`, {
      hint: 'Names carry the full package path, as in net/http.DefaultServeMux; without debug information only those with pointers are known.',
    });
  }
  references(id: NodeId): Iterable<Edge> {
    return this.edges.references(this.id(id));
  }
  referrers(id: NodeId): Iterable<Edge> {
    return this.edges.referrers(this.id(id));
  }
  paths(id: NodeId, avoid?: (edge: Edge) => boolean, {shortest = false}: {readonly shortest?: boolean | undefined} = {}): Iterable<Path> {
    return this.edges.paths(this.id(id), avoid, shortest ? undefined : this.parts.analysis);
  }
  once<T>(analysis: (heap: this) => T): T {
    if (!this.#results.has(analysis)) this.#results.set(analysis, analysis(this));
    return this.#results.get(analysis) as T;
  }
  async analyze(work: Work = {}): Promise<AnalyzedHeap> {
    const {graph, contents, begun} = this.parts;
    const analysis = this.parts.analysis ?? (await completeAnalysis(graph, contents, await (begun ?? analyzeStructure(graph, work)), work));
    return this.#enrich(this.parts, analysis);
  }
  async close(): Promise<void> {
    this.parts.close();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  protected get reachable(): Uint8Array {
    this.#reachable ??= computeReachability(this.columns).reachable;
    return this.#reachable;
  }
  #rootName(id: NodeId): string {
    return this.columns.strings[this.columns.roots.name[id - 1]!]!;
  }
  /** Undefined selects every type; a name that no type has is an error, a pattern that none matches an empty selection. */
  #matchTypes(type: string | RegExp | undefined): ReadonlySet<number> | undefined {
    if (type === undefined) return undefined;
    if (typeof type === 'string') {
      const rows = this.#source.types.named(type);
      if (rows.length === 0) throw unknownType(type);
      return new Set(rows);
    }
    const rows = new Set<number>();
    for (const [row, name] of this.columns.types.name.entries()) {
      if (row > 0 && name.search(type) >= 0) rows.add(row);
    }
    return rows;
  }
}
