/**
 * The list of named queries, by id.
 */

import {suspectCards, wastePlaces} from './card-queries.js';
import {allocationSites, allPaths, allPathTypes, closureCaptures, goroutinesByCalls} from './diff-queries.js';
import {dominated, dominatedGroup, dominatedGroups, dominatorPath, dominatorTree, largeGroups, program} from './dominator-queries.js';
import {inbound, instances, nodeTotals, outbound} from './edge-queries.js';
import {
  framesOfGoroutines,
  goroutine,
  goroutineGroups,
  goroutines,
  goroutinesByLabel,
  goroutinesOfGroup,
  localsOfGoroutines,
  waitsOfGoroutines,
} from './goroutine-queries.js';
import {heldBy, related} from './held-by-queries.js';
import {histogramByKind, histogramByOwner, histogramByPackage, histogramByType} from './histogram-queries.js';
import {holders} from './holder-queries.js';
import {facts, goroutineStates, memory, rootKinds, warnings} from './info-queries.js';
import {spanClasses, spanOfNode} from './memory-map-queries.js';
import {findByAddress, findByHolder, findById, findByName, findGoroutine, similarNames} from './node-lookup.js';
import {allocation, node} from './node-queries.js';
import {
  objectsOfIds,
  objectsOfLargeOwnerByAddress,
  objectsOfOwnerByAddress,
  objectsOfOwnerByRetained,
  objectsOfOwnerBySize,
  ownerNames,
  typeNames,
} from './object-queries.js';
import {
  countAmong,
  countInstances,
  instanceCounts,
  instanceEnds,
  ownersAmong,
  ownersOfType,
  sortedAmong,
  sortedInstances,
} from './objects-of-type.js';
import {ownersOfPackage, packageRows, typesOfPackage} from './package-queries.js';
import type {Query} from './run-query.js';
import {schema} from './schema-queries.js';
import {searchFunctions, searchRoots, searchTypes} from './search-queries.js';
import {pointersToward, rootsBefore} from './selector-lookup.js';
import {bytesByUse, longestBytes} from './string-queries.js';
import {contexts, suspects, timerGroups, timers} from './suspect-queries.js';
import {contextRows, timerRows} from './timer-queries.js';
import {top, topOfNodes} from './top-queries.js';
import {packages, typeRows, typesByKind, typesByPackage, typesNamed, untyped} from './type-queries.js';
import {waste, wasteByKind, wasteByOwner, wasteByType, wasteLacks} from './waste-queries.js';

const ALL: readonly Query[] = [
  ...[facts, warnings, memory, goroutineStates, rootKinds],
  ...[histogramByType, histogramByOwner, histogramByPackage, histogramByKind, holders, top, topOfNodes],
  ...[suspects, suspectCards, timers, timerGroups, timerRows, contexts, contextRows],
  ...[waste, wastePlaces, wasteByKind, wasteByType, wasteByOwner, wasteLacks],
  ...[
    goroutines,
    goroutineGroups,
    goroutinesByLabel,
    goroutine,
    goroutinesOfGroup,
    framesOfGoroutines,
    localsOfGoroutines,
    waitsOfGoroutines,
  ],
  ...[node, allocation, heldBy, related, spanOfNode, outbound, inbound, nodeTotals, instances],
  ...[sortedInstances, sortedAmong, instanceEnds, countInstances, countAmong, ownersOfType, ownersAmong, instanceCounts, typeNames],
  ...[objectsOfOwnerByRetained, objectsOfOwnerBySize, objectsOfOwnerByAddress, ownerNames],
  ...[objectsOfIds, objectsOfLargeOwnerByAddress],
  ...[program, dominated, dominatedGroups, dominatedGroup, largeGroups, dominatorTree, dominatorPath, spanClasses],
  ...[allPaths, allPathTypes, goroutinesByCalls, allocationSites, closureCaptures],
  ...[packageRows, ownersOfPackage, typesOfPackage, bytesByUse, longestBytes],
  ...[untyped, packages, typeRows, typesByPackage, typesByKind, typesNamed],
  ...[searchTypes, searchRoots, searchFunctions, schema],
  ...[findByAddress, findByName, rootsBefore, pointersToward, findByHolder, findGoroutine, findById, similarNames],
];

export const queries: ReadonlyMap<string, Query> = new Map(ALL.map((query) => [query.id, query]));
