/**
 * The kinds of waste; no byte is two of them. docs/findings.md explains each.
 */
export const WASTE_KINDS = [
  'capacity', // room behind the slices of an array that none of them uses
  'pinned', // of an array, what no slice or string has and no capacity covers
  'pooled', // what sync.Pool alone keeps
  'sparse-map', // cells of a map beyond those that its entries need
  'empty-map', // a map without entries, and its cells
  'duplicate-string', // arrays of strings that others equal
  'duplicate-bytes', // arrays of byte slices that others equal
  'padding', // of struct types, what another order of the fields saves
  'size-class', // what the allocator rounds up
  'free-slots', // slots of spans in use that hold no object
  'span-tails', // ends of spans that are too small for a slot
] as const;
export type WasteKind = (typeof WASTE_KINDS)[number];
