/**
 * The first bytes of an HPROF file, a heap dump of a Java virtual machine: a line that ends with a NUL and names the version of the format.
 */
import {type ByteSource, decodeText} from '../base/bytes.js';
import {readUnpackedHead} from './unpack/unpack-core.js';

/** 1.0.1 of JDK 1.4 to 5, 1.0.2 of all later ones, 1.0.3 of Android. */
const MAGIC = /^JAVA PROFILE 1\.0(?:\.\d)?\0/;
const LENGTH = 20;

export function isHprof(source: ByteSource): boolean {
  return isMagic(source.read(0, Math.min(LENGTH, source.size)));
}

/** The same of a file that may be compressed. Throws `io` when it cannot be read. */
export async function isHprofFile(path: string): Promise<boolean> {
  return isMagic(await readUnpackedHead(path, LENGTH));
}

function isMagic(head: Uint8Array): boolean {
  return MAGIC.test(decodeText(head));
}
