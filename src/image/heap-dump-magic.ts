/**
 * The first bytes of what runtime/debug.WriteHeapDump writes: a line that names the version of Go that the format is of, the same since Go 1.7.
 */
import {type ByteSource, decodeText} from '../base/bytes.js';
import {GoheapError} from '../base/errors.js';

export const HEAP_DUMP_MAGIC = 'go1.7 heap dump\n';
const EARLIER = /^go1\.\d+ heap dump\n/;

/** Throws `unsupported` for a heap dump of Go 1.6 or older. */
export function isHeapDump(source: ByteSource): boolean {
  const text = decodeText(source.read(0, Math.min(HEAP_DUMP_MAGIC.length, source.size)));
  if (text === HEAP_DUMP_MAGIC) return true;
  if (!EARLIER.test(text)) return false;
  throw new GoheapError(
    'unsupported',
    `${source.name}: a heap dump in the format of ${text.slice(0, text.indexOf(' '))}; goheap reads that of go1.7 and newer`,
  );
}
