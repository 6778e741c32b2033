/**
 * What tells a process from others, in every dump of it: its number, and a hash of the 16 random bytes that the kernel put on its first stack when it
 * started the program (AT_RANDOM, Linux fs/binfmt_elf.c). Go's runtime leaves them, or overwrites them while it starts with other random bytes; that
 * of Go 1.22 clears them (runtime/rand.go). There the moment at which it started is as good.
 */
import {createHash} from 'node:crypto';
import type {Address, Bytes} from '../base/units.js';
import {AT} from '../elf/elf-constants.js';
import type {CoreNotes} from './core-notes.js';

const LENGTH: Bytes = 16;

/** The part of an image that it is read from. */
interface RandomBytes {
  isMapped(address: Address, size: Bytes): boolean;
  bytes(address: Address, size: Bytes): Uint8Array;
}

/** `started`: by the runtime's clock, 0 where it is not known. Undefined where the core has neither. */
export function processIdentity({pid, auxv}: Pick<CoreNotes, 'pid' | 'auxv'>, image: RandomBytes, started: number): string | undefined {
  if (pid === undefined) return undefined;
  const address = auxv.get(AT.RANDOM);
  const random = address !== undefined && image.isMapped(address, LENGTH) ? image.bytes(address, LENGTH) : new Uint8Array();
  const hash = () => createHash('sha256').update(random).digest('hex');
  if (random.some((byte) => byte !== 0)) return `${pid}:${hash().slice(0, 2 * LENGTH)}`;
  return started > 0 ? `${pid}:${started}` : undefined;
}
