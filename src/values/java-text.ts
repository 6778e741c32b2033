/**
 * A java.lang.String, or what its characters lie in → text. Since JDK 9 `value` is a byte[] of Latin-1 or, where `coder` is 1, of UTF-16 in the byte order of the
 * machine; before that, and on Android, it is a char[].
 */
import {decodeLatin1} from '../base/bytes.js';
import type {Value} from './value.js';

export const JAVA_STRING = 'java.lang.String';

/** Whether the type is that of arrays of Java, by its name: no type of Go ends so. */
export function isJavaArray(typeName: string): boolean {
  return typeName.endsWith('[]');
}

const utf16 = new TextDecoder('utf-16le');

/** Undefined where the characters cannot be read. `limit`: in bytes. */
export function readJavaString(
  value: Value,
  limit: number = Number.POSITIVE_INFINITY,
): {readonly text: string; readonly isCut: boolean} | undefined {
  const names = new Set(value.type?.fields.map(({name}) => name));
  if (!names.has('value')) return undefined;
  const reference = value.field('value');
  if (reference.isNil() !== false) return undefined;
  const characters = reference.target();
  const isWide = characters.type?.element?.kind === 'uint16' || (names.has('coder') && value.field('coder').number() === 1);
  const bytes = characters.bytes(Math.floor(limit / 2) * 2);
  if (!bytes) return undefined;
  const length = (characters.length() ?? 0) * (characters.type?.element?.size ?? 1);
  return {text: isWide ? utf16.decode(bytes) : decodeLatin1(bytes), isCut: bytes.length < length};
}
