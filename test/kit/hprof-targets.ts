/**
 * What the live tests of hprof export, and how the ids of a file lead back to goheap's nodes.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {addressOf, firstObjectNode, nodeOfObject, objectAt} from '../../src/graph/objects.js';
import type {AnalyzedHeap, NodeId} from '../../src/index.js';
import type {HprofFile} from './hprof-reader.js';
import {makeCore} from './live-cores.js';
import {pickTargets} from './live-targets.js';
import {buildServer, dumpServer, NATS} from './third-party.js';

/** A program without DWARF, and one with it that is no zoo; in the matrix both kinds of maps, too. */
export const HPROF_TARGETS = pickTargets(['zoo-1.26.8-stripped', NATS.name], ['zoo-1.21.13', 'zoo-1.24.13', 'zoo-1.26.8']);

/** A core and its executable; else why there is none here. Servers are built and dumped below `folder`, once. */
export async function coreOf(
  target: string,
  folder: string,
): Promise<{readonly core: string; readonly executable: string} | {readonly obstacle: string}> {
  if (target !== NATS.name) return makeCore(target);
  const built = buildServer(NATS, false, folder);
  if ('obstacle' in built) return built;
  const {executable} = built;
  const core = join(folder, 'dump', 'core');
  return {core: existsSync(core) ? core : await dumpServer(NATS, executable, join(folder, 'dump'), 'gcore'), executable};
}

/** The object that has this id; undefined for what only the file has. */
export function nodeOfId({idSize}: HprofFile, {columns: {graph}}: AnalyzedHeap, id: number): NodeId | undefined {
  if (idSize === 4) return id > graph.roots.count && id <= graph.roots.count + graph.objects.count ? (id as NodeId) : undefined;
  const object = objectAt(graph, id);
  return object !== undefined && addressOf(graph, object) === id ? (nodeOfObject(graph, object) as NodeId) : undefined;
}

/** Reachable objects by their ids in the file, evenly chosen among those that `suits`. */
export function sampleObjects(
  file: HprofFile,
  heap: AnalyzedHeap,
  count: number,
  suits: (node: NodeId, id: number) => boolean = () => true,
): Map<number, NodeId> {
  const {graph} = heap.columns;
  const idOf = (node: NodeId) => (file.idSize === 4 ? node : addressOf(graph, node - firstObjectNode(graph)));
  const all = [...heap.objects()].filter((node) => suits(node, idOf(node)));
  const every = Math.max(1, Math.floor(all.length / count));
  const chosen = all.filter((_, index) => index % every === 0).slice(0, count);
  return new Map(chosen.map((node) => [idOf(node), node]));
}
