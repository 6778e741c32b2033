/**
 * Columns in memory that threads share: a message carries a reference to them and no copy.
 */

interface SharedConstructor<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer): T;
}

/** As `new type(length)`. Memory that is never written to costs address space only. */
export function sharedColumn<T>(type: SharedConstructor<T>, length: number): T {
  return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT));
}

export function isShared({buffer}: ArrayBufferView): boolean {
  return buffer instanceof SharedArrayBuffer;
}

/** The table with all its columns in shared memory: copies of those that are not. */
export function shareColumns<T extends object>(table: T): T {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, ArrayBuffer.isView(value) ? share(value) : value])) as T;
}

function share(column: ArrayBufferView): ArrayBufferView {
  if (isShared(column)) return column;
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return new (column.constructor as SharedConstructor<ArrayBufferView>)(buffer);
}
