/**
 * The list of named queries, by id.
 */
import {allocation} from './allocation.js';
import {dominated, dominatedGroup, dominatedGroups, dominatorPath, dominatorTree, program} from './dominators.js';
import {inbound, instances, outbound} from './edges.js';
import {findByAddress, findById, findByName, findGoroutine} from './find-node.js';
import {framesOfGoroutines, goroutine, goroutineGroups, goroutines, goroutinesOfGroup, localsOfGoroutines} from './goroutines.js';
import {heldBy, related} from './held-by.js';
import {histogramByKind, histogramByPackage, histogramByType} from './histogram.js';
import {facts, goroutineStates, memory, rootKinds, warnings} from './info.js';
import {spanClasses, spanOf} from './memory-map.js';
import {node} from './node.js';
import {untyped} from './overview.js';
import {path} from './path.js';
import type {Query} from './query.js';
import {schema} from './schema.js';
import {searchFunctions, searchRoots, searchTypes} from './search.js';
import {top, topOfAll} from './top.js';
import {typeRows, typesByKind, typesByPackage, typesNamed} from './types.js';

const ALL: readonly Query[] = [
  ...[facts, warnings, memory, goroutineStates, rootKinds],
  ...[histogramByType, histogramByPackage, histogramByKind, top, topOfAll],
  ...[goroutines, goroutineGroups, goroutine, goroutinesOfGroup, framesOfGoroutines, localsOfGoroutines],
  ...[node, allocation, path, heldBy, related, spanOf, outbound, inbound, instances],
  ...[program, dominated, dominatedGroups, dominatedGroup, dominatorTree, dominatorPath, spanClasses],
  ...[untyped, typeRows, typesByPackage, typesByKind, typesNamed],
  ...[searchTypes, searchRoots, searchFunctions, schema],
  ...[findByAddress, findByName, findGoroutine, findById],
];

export const queries: ReadonlyMap<string, Query> = new Map(ALL.map((query) => [query.id, query]));
