/**
 * What holds the memory, in names → rows of `holders`, `owners`, `owner_packages`, `paths` and `path_types`, what is wasted and what findings there are, each object's owner,
 * and the sums by type.
 *
 * All start from one order of the dominator tree. The first table computes what tells what holds the memory: the sums by type, the holders, the
 * owners, and the verdicts on goroutines; the first that comes after the first answers all else: the waste, the findings, the paths. So little is alive
 * at a time. What stays is the owner and the path of each object, 8 bytes a node, until they are taken.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {computeReferrersAside} from '../analyses/answer-aside.js';
import {computeHistogram, type Histogram} from '../analyses/histogram.js';
import {RootOrigins} from '../analyses/root-origins.js';
import {listNamedTypes} from '../answers/gather-tally.js';
import {computeHeldKinds, type HeldKind, type HeldKindLimits} from '../answers/held-kinds.js';
import {HolderSearch, type HoldingRoots} from '../answers/holder-search.js';
import {computeHolders, type HolderRow} from '../answers/holders.js';
import {type MergedPaths, mergePaths} from '../answers/merged-paths.js';
import {computeOwnerPackages, type OwnerPackage} from '../answers/owner-packages.js';
import {computeOwners, type Owners} from '../answers/owners.js';
import {type ToldHeap, tellHeap} from '../answers/told-heap.js';
import type {Batch, Cell} from '../base/column-batch.js';
import type {Csr} from '../base/csr.js';
import {freeColumn} from '../base/free-column.js';
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {Contexts} from '../findings/contexts.js';
import {type FindingInput, readFindingInput} from '../findings/finding-input.js';
import {judgeGoroutines} from '../findings/leaked-goroutines.js';
import {computePooled} from '../findings/pooled.js';
import {type ToldFinding, tellFindings} from '../findings/tell-findings.js';
import {computeWaste, type WasteFindings} from '../findings/waste.js';
import {type ArrayViews, computeUsedRoom, usedRoomOf} from '../values/array-views.js';
import {type BatchTable, batchOfRows} from './batch-table.js';
import {HELD_BY_COLUMNS, HELD_BY_STEP_COLUMNS, heldByRows, heldByStepRows} from './held-by-rows.js';
import type {NodeAnswers} from './object-rows.js';
import {CONTEXT_COLUMNS, contextBatch, SUSPECT_COLUMNS, suspectRows} from './suspect-rows.js';
import {WASTE_COLUMNS, wasteRows} from './waste-rows.js';

/** Rows of `holders` for which the roots that hold them are searched: those that anybody reads. */
const MOST_SEARCHED = 100;

/** What holds the memory. */
interface FirstAnswers {
  readonly told: ToldHeap;
  readonly histogram: Histogram;
  readonly holders: readonly HolderRow[];
  readonly holding: readonly HoldingRoots[]; // of the first of them
  readonly packages: readonly OwnerPackage[];
  readonly owners: Owners;
  readonly input: FindingInput;
  readonly verdicts: Uint8Array;
}
/** What to do about it. */
interface LateFindings {
  readonly contexts: Contexts;
  readonly findings: readonly ToldFinding[];
  readonly paths: MergedPaths;
  readonly held: readonly HeldKind[];
  readonly waste: WasteFindings;
  readonly ownerOf: Uint32Array;
}

interface AnswerOptions {
  readonly duplicates: boolean; // whether waste has equal strings and byte slices
  readonly held?: HeldKindLimits | undefined;
}

/** Made by the first that asks. */
export class LateAnswers {
  readonly #columns: AnalysisColumns;
  readonly #views: () => ArrayViews;
  readonly #options: AnswerOptions;
  readonly #work: Work | undefined;
  #first: Promise<FirstAnswers> | undefined;
  #late: Promise<LateFindings> | undefined;

  constructor(columns: AnalysisColumns, views: () => ArrayViews, options: AnswerOptions, work?: Work) {
    this.#columns = columns;
    this.#views = views;
    this.#options = options;
    this.#work = work;
  }

  /** The first of all. They must be written in this order. */
  firstTables(): BatchTable[] {
    return [
      lateTable('holders', HOLDER_COLUMNS, async () => holderRows(this.#columns, await this.#onceFirst())),
      lateTable('owners', OWNER_COLUMNS, async () => ownerRows((await this.#onceFirst()).owners)),
      lateTable('owner_packages', PACKAGE_COLUMNS, async () => packageRows((await this.#onceFirst()).packages)),
    ];
  }
  /** Those that come after the first answers, likewise. */
  findingTables(): BatchTable[] {
    const tables = [
      lateTable('suspects', SUSPECT_COLUMNS, async () => suspectRows((await this.#onceLate()).findings)),
      lateBatches('contexts', CONTEXT_COLUMNS, async () => contextBatch((await this.#onceLate()).contexts)),
      lateTable('paths', PATH_COLUMNS, async () => pathRows((await this.#onceLate()).paths)),
      lateTable('path_types', PATH_TYPE_COLUMNS, async () => pathTypeRows((await this.#onceLate()).paths)),
      lateTable('held_by', HELD_BY_COLUMNS, async () => heldByRows((await this.#onceLate()).held)),
      lateTable('held_by_steps', HELD_BY_STEP_COLUMNS, async () => heldByStepRows((await this.#onceLate()).held)),
      lateTable('waste', WASTE_COLUMNS, async () => wasteRows((await this.#onceLate()).waste)),
    ];
    return tables.map((table) => ({...table, late: true}));
  }
  /** Of each node; with the findings. */
  async ofNodes(): Promise<NodeAnswers> {
    const {ownerOf, paths} = await this.#onceLate();
    return {ownerOf, pathOf: paths.pathOf};
  }
  /** Per goroutine one of VERDICTS; with the first. */
  async verdicts(): Promise<Uint8Array> {
    return (await this.#onceFirst()).verdicts;
  }
  /** By type; with the first. */
  async histogram(): Promise<Histogram> {
    return (await this.#onceFirst()).histogram;
  }
  drop(): void {
    this.#late = undefined;
  }

  #onceFirst(): Promise<FirstAnswers> {
    this.#first ??= this.#answer();
    return this.#first;
  }
  #onceLate(): Promise<LateFindings> {
    this.#late ??= this.#find();
    return this.#late;
  }

  async #answer(): Promise<FirstAnswers> {
    const columns = this.#columns;
    const {graph, contents, reachable} = columns;
    const pause = this.#pause('holders and owners', 4);
    const referrers = computeReferrersAside(columns, this.#work); // the holders need it last
    const told = tellHeap(columns);
    await pause();
    const sums = computeHistogram(columns, told.preorder, this.#work); // the rest of it aside
    sums.catch(() => {}); // whoever awaits it is told
    await pause();
    const usedLength = computeUsedRoom(graph, contents, reachable, listNamedTypes(graph.types));
    const holders = computeHolders(told, {usedLength});
    await pause();
    const holding = findHoldingRoots(columns, holders, await referrers);
    const owners = computeOwners(told);
    const packages = computeOwnerPackages(told, owners);
    const input = readFindingInput(told, {holders, owners, usedLength});
    const histogram = await sums;
    await pause();
    return {told, histogram, holders, holding, owners, packages, input, verdicts: judgeGoroutines(graph, input.leaks)};
  }

  async #find(): Promise<LateFindings> {
    const {told, owners, input} = await this.#onceFirst();
    this.#first = undefined; // the tree's order goes with it
    const pause = this.#pause('findings', 4);
    const pooled = computePooled(told, input.objects.pools);
    const views = this.#views();
    const waste = computeWaste({...told, owners, views, pooled, duplicates: this.#options.duplicates});
    await pause();
    const findings = tellFindings({...input, waste});
    await pause();
    const paths = mergePaths(told, (array) => usedRoomOf(views, array)); // it spends the names
    await pause();
    const held = computeHeldKinds(told, paths, owners, this.#options.held);
    await pause();
    return {contexts: input.contexts, findings, paths, held, waste, ownerOf: owners.ownerOf};
  }

  /** To be called after each of the stage's steps. */
  #pause(stage: string, steps: number): () => Promise<void> {
    let done = 0;
    this.#work?.onProgress?.(stage, done, steps);
    return async () => {
      this.#work?.onProgress?.(stage, ++done, steps);
      await checkpoint(this.#work);
    };
  }
}

/** A small table whose rows are computed when it is written. */
function lateTable(name: string, columns: readonly string[], compute: () => Promise<Cell[][]>): BatchTable {
  return lateBatches(name, columns, async () => batchOfRows(columns.length, await compute()));
}
function lateBatches(name: string, columns: readonly string[], compute: () => Promise<Batch>): BatchTable {
  async function* batches(): AsyncGenerator<Batch> {
    yield await compute();
  }
  return {name, columns, batches};
}

const HOLDER_COLUMNS = (
  'rank node_id kind name type_id group_id count retained unfolded gathers_id gathers_type_id gathers_count gathers_retained gathers_name ' +
  'root_id root_name variables goroutines exact'
).split(' ');

/** Of the first rows. The referrers, which take much, are gone then. */
function findHoldingRoots(columns: AnalysisColumns, rows: readonly HolderRow[], referrers: Csr): HoldingRoots[] {
  const search = new HolderSearch(columns, referrers);
  const found = rows
    .slice(0, MOST_SEARCHED)
    .filter(({kind}) => kind !== 'more')
    .map((row) => search.find(row));
  for (const column of [referrers.first, referrers.item]) freeColumn(column);
  return found;
}

function holderRows(columns: AnalysisColumns, {holders, holding}: Pick<FirstAnswers, 'holders' | 'holding'>): Cell[][] {
  const origins = new RootOrigins(columns.graph);
  return holders.map((row, index) => {
    const isMore = row.kind === 'more';
    return [
      ...[index + 1, isMore ? null : row.example, row.kind, row.name || null, row.kind === 'goroutine' || isMore ? null : row.type],
      ...[row.group === NONE ? null : row.group, row.count, row.retained, row.unfolded ? 1 : 0],
      ...gatheredCells(row),
      ...rootCells(origins, holding[index]),
    ];
  });
}

function gatheredCells({gathers}: HolderRow): Cell[] {
  if (gathers === undefined) return [null, null, null, null, null];
  return [gathers.example, gathers.type, gathers.count, gathers.retained, gathers.path];
}

function rootCells(origins: RootOrigins, roots: HoldingRoots | undefined): Cell[] {
  if (roots === undefined) return [null, null, null, null, null];
  return [roots.root, origins.at(origins.idOf(roots.root)).name, roots.variables, roots.goroutines, roots.exact ? 1 : 0];
}

const OWNER_COLUMNS = 'rank name kind type_id package objects own_bytes held_bytes bytes retained'.split(' ');

function ownerRows({rows, ownObjects, ownBytes, heldObjects, heldBytes, retained}: Owners): Cell[][] {
  return rows.map(({kind, type, name, package: path}, row) => {
    const objects = ownObjects[row]! + heldObjects[row]!;
    const bytes = ownBytes[row]! + heldBytes[row]!;
    return [row + 1, name, kind, type || null, path || null, objects, ownBytes[row]!, heldBytes[row]!, bytes, retained[row]!];
  });
}

const PACKAGE_COLUMNS = 'rank package owners objects bytes retained'.split(' ');

function packageRows(packages: readonly OwnerPackage[]): Cell[][] {
  return packages.map((row, index) => [index + 1, row.package || null, row.owners, row.objects, row.bytes, row.retained]);
}

const PATH_COLUMNS = 'id parent_id name held_objects held_bytes'.split(' ');

function pathRows({rows}: MergedPaths): Cell[][] {
  return rows.map(({id, parent, name, heldObjects, heldBytes}) => [id, parent || null, name, heldObjects, heldBytes]);
}

const PATH_TYPE_COLUMNS = 'path_id type_id objects values bytes'.split(' ');

function pathTypeRows({types}: MergedPaths): Cell[][] {
  return types.map(({path, type, objects, values, bytes}) => [path, type, objects, values, bytes]);
}
