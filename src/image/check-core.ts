/**
 * A path → whether it is worth to read all of it: the first bytes, unpacked where they are compressed, must be those of a core that goheap
 * reads. For those who want to know before they announce minutes of work.
 */
import {MemorySource} from '../base/bytes.js';
import {checkIsCore} from './core-file.js';
import {isHeapDump} from './heap-dump-magic.js';
import {isHprof} from './hprof-magic.js';
import {readUnpackedHead} from './unpack/unpack-core.js';

/** The header of an ELF file, or what tells an archive. */
const HEAD = 512;

/** Throws what opening it would throw: `bad-format` when the file is no core, `unsupported` for other machines and xz, `io` when it cannot be read. */
export async function checkCore(path: string): Promise<void> {
  const head = new MemorySource(path, await readUnpackedHead(path, HEAD));
  if (!isHeapDump(head) && !isHprof(head)) checkIsCore(head);
}
