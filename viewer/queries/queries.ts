/**
 * The list of named queries, by id.
 */
import {allocation} from './allocation.js';
import {dominated, inbound, instances, outbound} from './edges.js';
import {findByAddress, findById, findByName, findGoroutine} from './find-node.js';
import {framesOfGoroutines, goroutineGroups, goroutines, localsOfGoroutines} from './goroutines.js';
import {histogramByKind, histogramByPackage, histogramByType} from './histogram.js';
import {facts, goroutineStates, memory, rootKinds, warnings} from './info.js';
import {node} from './node.js';
import {path} from './path.js';
import type {Query} from './query.js';
import {top, topOfAll} from './top.js';

const ALL: readonly Query[] = [
  ...[facts, warnings, memory, goroutineStates, rootKinds],
  ...[histogramByType, histogramByPackage, histogramByKind, top, topOfAll],
  ...[goroutines, goroutineGroups, framesOfGoroutines, localsOfGoroutines],
  ...[node, allocation, path, outbound, inbound, dominated, instances],
  ...[findByAddress, findByName, findGoroutine, findById],
];

export const queries: ReadonlyMap<string, Query> = new Map(ALL.map((query) => [query.id, query]));
