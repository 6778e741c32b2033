/**
 * A large column that nobody needs any more → its memory, given back to the system at once. Node does that when its garbage collector comes round to it, so without this what
 * questions about millions of objects take for one step would still be there in the next ones.
 */

/** Its values, and those of all columns in the same buffer, are gone: it has no rows any more. */
export function freeColumn({buffer}: {readonly buffer: ArrayBufferLike}): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
