/**
 * The inside, for those who need all of it: columns, and the stages that fill them. May change with any version.
 */
export type {AnalysisColumns} from './analyses/analysis-columns.js';
export {computeAnalyses} from './analyses/analyze.js';
export {NONE} from './base/units.js';
export {findLeakedGoroutines, judgeGoroutines, VERDICTS} from './findings/leaked-goroutines.js';
export type * from './graph/heap-graph.js';
export {EVIDENCE, ROOT_KINDS, SPAN_STATES, TYPE_KINDS} from './graph/heap-graph.js';
export {addressOf, headerOf, lengthOf, nodeCount, nodeOfObject, objectAt, objectOfNode, sizeOf, usedOf} from './graph/objects.js';
