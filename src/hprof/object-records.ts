/**
 * What the first pass keeps of each object, in columns.
 */
/** By position in the order of ids. */
export interface ObjectRecords {
  readonly count: number;
  readonly id: Float64Array;
  readonly kind: Uint32Array; // number of the class × 4 + FORM
  readonly length: Uint32Array; // elements of arrays, bytes of instances
  readonly position: FilePositions; // of the values
  /** Row of the n-th object of the file; undefined: it is the n-th. Objects that another one's id hid are NONE. */
  readonly rowOf: Uint32Array | undefined;
}

/** Places in a file of up to 2**40 bytes, in 5 bytes each. */
export interface FilePositions {
  readonly low: Uint32Array;
  readonly high: Uint8Array;
}
