/**
 * The public library: everything that `import … from 'goheap'` gives. docs/library.md explains each name.
 * A list of exports only; what changes at any time is in `goheap/unstable`.
 */
export type {ObjectSum, StillHeld} from './answers/held-entries.js';
export type {OwnerSum, TypeSum, WhatIf} from './answers/what-if.js';
export {type ErrorCode, GoheapError, isGoheapError} from './base/errors.js';
export type {Progress, Work} from './base/progress.js';
export type {Bytes} from './base/units.js';
export type {Warning} from './base/warnings.js';
export type {WasteKind} from './findings/waste-kinds.js';
export type {
  AnalyzedHeap,
  Check,
  Cuts,
  Edge,
  Exporter,
  ExporterOption,
  Frame,
  Goroutine,
  Heap,
  Node,
  ObjectFilter,
  OpenOptions,
  Path,
  Selection,
  Suspect,
} from './library/heap.js';
export {listWaste, type Waste} from './library/list-waste.js';
export {openHeap} from './library/open-heap.js';
export {writeHeap} from './library/write-heap.js';
export type {NodeId, ValueAddress as Address} from './values/identity.js';
export type {Field, Type} from './values/type-view.js';
export type {Decoders, Missing, Value, Waiters} from './values/value.js';
