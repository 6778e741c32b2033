/**
 * Bytes → whether they are a text that a person can read: printable UTF-8, as previews elsewhere have it.
 */
import type {Bytes} from '../../src/base/units.js';

/** Strings and previews of a text. */
export interface FoundText {
  readonly length: Bytes;
  readonly ascii: boolean;
}

/** The text in [start, start + length), if all of it is one; `cut`: it goes on behind, perhaps in the middle of a character. */
export function findText(bytes: Uint8Array, start: number, length: Bytes, cut: boolean): FoundText | undefined {
  let ascii = true;
  for (let at = start; at < start + length; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80) ascii = false;
    else if ((byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 0x7f) return undefined;
  }
  if (ascii || length === 0) return length === 0 ? undefined : {length, ascii};
  try {
    const text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes.subarray(start, start + length), {stream: cut});
    if (text === '' || /[\ufffd\p{Cc}\p{Cn}\p{Co}]/u.test(text.replaceAll(/[\t\n\r]/g, ''))) return undefined;
    return {length: new TextEncoder().encode(text).length, ascii};
  } catch {
    return undefined; // no UTF-8
  }
}
