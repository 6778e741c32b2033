/**
 * A heap with its analysis columns → `AnalyzedHeap` of docs/library.md: what each node retains and who dominates it.
 * The columns are read, never recomputed; only `retainedTogether` and `whatIf` traverse, and `dominated` makes its index on first use.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {computeReleases} from '../analyses/bridges.js';
import {computeRetainedTogether} from '../analyses/retained-together.js';
import {computeOwners, type Owners} from '../answers/owners.js';
import {type ToldHeap, tellHeap} from '../answers/told-heap.js';
import {answerWhatIf, type WhatIf} from '../answers/what-if.js';
import type {Work} from '../base/progress.js';
import {type Bytes, NONE} from '../base/units.js';
import {findSuspects} from '../findings/find-suspects.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import type {NodeId} from '../values/identity.js';
import type {AnalyzedHeap, Cuts, Edge, Suspect} from './heap.js';
import {type HeapParts, LoadedHeap} from './loaded-heap.js';

export class DominatedHeap extends LoadedHeap implements AnalyzedHeap {
  declare readonly columns: HeapGraph & AnalysisColumns;
  readonly #analysis: AnalysisColumns;

  constructor(parts: HeapParts, analysis: AnalysisColumns) {
    super({...parts, analysis}, analyzedHeap, Object.freeze({...parts.graph, ...analysis}));
    this.#analysis = analysis;
  }
  override async analyze(_work: Work = {}): Promise<AnalyzedHeap> {
    return this;
  }
  retained(id: NodeId): Bytes | undefined {
    const bytes = this.#analysis.retained[this.id(id)]!;
    return Number.isNaN(bytes) ? undefined : bytes;
  }
  retainedTogether(ids: Iterable<NodeId>): Bytes {
    return computeRetainedTogether(this.#analysis, ids);
  }
  dominator(id: NodeId): NodeId | undefined {
    const dominator = this.#analysis.dominator[this.id(id)]!;
    return dominator === NONE ? undefined : (dominator as NodeId);
  }
  dominated(id: NodeId): Iterable<NodeId> {
    return this.edges.dominated(this.id(id), this.#analysis);
  }
  releases(edge: Edge): Bytes {
    return computeReleases(this.#analysis, this.edges.row(edge));
  }
  whatIf({cut = [], drop = []}: Cuts): WhatIf {
    const {told, owners} = this.once(tellOwners);
    return answerWhatIf(told, owners, {edges: cut.map((edge) => this.edges.row(edge)), nodes: drop.map((node) => this.id(node))});
  }
  suspects(): readonly Suspect[] {
    return this.once(listSuspects);
  }
  protected override get reachable(): Uint8Array {
    return this.#analysis.reachable;
  }
}

function tellOwners({columns}: AnalyzedHeap): {told: ToldHeap; owners: Owners} {
  const told = tellHeap({...columns, graph: columns});
  return {told, owners: computeOwners(told)};
}

export function analyzedHeap(parts: HeapParts, analysis: AnalysisColumns): AnalyzedHeap {
  return new DominatedHeap(parts, analysis);
}

function listSuspects({columns}: {readonly columns: HeapGraph & AnalysisColumns}): readonly Suspect[] {
  return findSuspects(columns).map(({node, type, group: _, of: __, ...told}) => ({
    ...told,
    node: node === NONE ? undefined : (node as NodeId),
    type: type === NONE ? undefined : columns.types.name[type],
  }));
}
