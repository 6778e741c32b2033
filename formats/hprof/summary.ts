/**
 * What a file says about itself: static fields of the class `goheap`, so that its counts and losses can be read in any tool. Some are known
 * only when everything is written; their numbers are then put into the file where the class is.
 */
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import type {Bytes} from '../../src/base/units.js';
import type {ClassList} from './class-list.js';
import {JAVA} from './leaves.js';
import type {ShapeColumn} from './shape-column.js';
import type {Variables} from './variables.js';

const SUMMARY = 'goheap';
/** MAT's Top Components looks at the instances of this class, and has no report at all where there is no such class. */
const OBJECT_ARRAY = '[Ljava/lang/Object;';

/**
 * Instances in the file = reachable_objects + unreachable_objects_written + strings (the arrays of those objects that are java.lang.String) + substrings + parts +
 * 3 × goroutines (the thread, its name, the name's characters) + root_arrays + constants (strings outside the heap with their arrays) +
 * map_arrays + map_entries (what `--maps entries` adds).
 */
export function addSummary(columns: AnalysisColumns, {shapes}: ShapeColumn, {arrays}: Variables, classes: ClassList, all: boolean): void {
  const own = [...new Set(shapes)]; // short texts share one
  const sum = (of: (shape: ShapeColumn['shapes'][number]) => number) => own.reduce((total, shape) => total + of(shape), 0);
  const unreachable = columns.graph.objects.count - columns.reachableObjects;
  const counts = {
    reachable_objects: columns.reachableObjects,
    reachable_bytes: columns.reachableBytes,
    unreachable_objects: unreachable,
    unreachable_objects_written: all ? unreachable : 0,
    strings: 0,
    substrings: 0,
    parts: sum((shape) => (shape.form === 'parts' ? shape.objects * shape.length : 0)),
    goroutines: columns.graph.goroutines.count,
    root_arrays: arrays.length,
    constants: 0,
    map_arrays: 0,
    map_entries: 0,
    widened_objects: sum((shape) => (shape.form === 'instance' && shape.isWidened ? shape.objects : 0)),
    cut_objects: sum(({cut, objects}) => (cut > 0 ? objects : 0)),
    cut_bytes: sum(({cut, objects}) => cut * objects),
  };
  const kept = classes.add(OBJECT_ARRAY, []); // nothing is of it: as a superclass MAT keeps it
  const summary = classes.add(SUMMARY, [], kept.id, kept.instanceSize);
  for (const [name, value] of Object.entries(counts)) summary.statics.push({name, java: JAVA.long, value});
}

/** The counts that only writing told, by their places in the file. */
export function lateCounts(places: ReadonlyMap<string, Bytes>, counts: Readonly<Record<string, number>>): Map<Bytes, number> {
  return new Map(Object.entries(counts).map(([name, count]) => [places.get(`${SUMMARY}.${name}`)!, count])); // addSummary put each there
}
