/**
 * A size: bytes, its share of a whole, and a bar. Unknown is a dash, never 0.
 */
import {bytesParts} from '../../../src/base/format-bytes.js';
import {formatCount, formatShare} from '../format.js';
import {Bar} from './bar.js';

/** Bytes in a column of their own: the number ends and the unit begins at the same place in every row. */
export function ByteSize({value}: {readonly value: number | null | undefined}) {
  if (value === null || value === undefined) return <Unknown />;
  const [number, unit] = bytesParts(value);
  return (
    <span class="bytes" title={`${formatCount(value)} bytes`}>
      {number}
      <span class="unit">{unit}</span>
    </span>
  );
}

/** `whole` is what the share is of: the live heap, mostly. */
export function Size({value, whole}: {readonly value: number | null | undefined; readonly whole?: number | undefined}) {
  if (value === null || value === undefined || whole === undefined || !(whole > 0)) return <ByteSize value={value} />;
  return (
    <span class="size">
      <ByteSize value={value} />
      <span class="share">{formatShare(value / whole)}</span>
      <Bar share={value / whole} />
    </span>
  );
}

/** What the database does not know. */
export function Unknown() {
  return (
    <span class="unknown" title="not known">
      –
    </span>
  );
}
