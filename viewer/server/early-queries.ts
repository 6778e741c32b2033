/**
 * What a database can be asked whose tables of objects and pointers are still being written: the queries of the Overview and of the bar above it.
 */
import {goroutineGroups} from '../../src/database/queries/goroutine-queries.js';
import {histogramByOwner} from '../../src/database/queries/histogram-queries.js';
import {holders} from '../../src/database/queries/holder-queries.js';
import {facts, memory, warnings} from '../../src/database/queries/info-queries.js';
import type {Query} from '../../src/database/queries/run-query.js';
import {packages, untyped} from '../../src/database/queries/type-queries.js';

export const EARLY_QUERIES: readonly Query[] = [facts, warnings, memory, untyped, packages, holders, histogramByOwner, goroutineGroups];
