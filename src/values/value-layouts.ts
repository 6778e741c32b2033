/**
 * `HeapGraph.valueLayouts` → offsets by name, checked: they may come from a database that somebody made by hand.
 */
import type {HeapGraph} from '../graph/heap-graph.js';

/** The numbers that each structure must have to be of use. */
const FIELDS = {
  mapOfBuckets: [
    'cells',
    'load',
    'inline',
    'firstMoved',
    'firstUsed',
    'live',
    'flags',
    'sameSizeGrow',
    'log2Buckets',
    'buckets',
    'oldBuckets',
  ],
  mapOfGroups: ['cells', 'load', 'inline', 'live', 'directory', 'directoryLength', 'groups', 'groupMask', 'split'],
  channel: ['live', 'capacity', 'buffer', 'first', 'receivers', 'senders'],
  waiter: ['goroutine', 'next'],
  goroutine: ['id'],
  closure: ['code', 'captured'],
} as const;

export type StructureName = keyof typeof FIELDS;
export type StructureLayout<Name extends StructureName> = Readonly<Record<(typeof FIELDS)[Name][number], number>>;

/** The structure's offsets; undefined when the graph lacks one of them. */
export function findLayout<Name extends StructureName>(layouts: HeapGraph['valueLayouts'], name: Name): StructureLayout<Name> | undefined {
  const found: Readonly<Record<string, unknown>> | undefined = Object.hasOwn(layouts, name) ? layouts[name] : undefined;
  const isWhole = FIELDS[name].every((field) => Number.isSafeInteger(found?.[field]));
  return isWhole ? (found as StructureLayout<Name>) : undefined;
}
