/**
 * A core as systemd-coredump and people leave it, compressed with gzip, Zstandard or LZ4 → its bytes in a sparse temporary
 * file. The first bytes tell the format, not the name. Truth: RFC 1952, RFC 8878, the LZ4 frame format. Data that end early or
 * are damaged give what comes before, with a warning: such a core is a truncated one. xz is not unpacked.
 */
import {createGunzip} from 'node:zlib';
import {GoheapError} from '../../base/errors.js';
import {FileSource} from '../../base/file-source.js';
import {checkpoint, type Work} from '../../base/progress.js';
import type {Bytes} from '../../base/units.js';
import type {WarningLog} from '../../base/warnings.js';
import type {CoreSize} from './core-size.js';
import {LZ4_MAGIC, Lz4Decoder} from './lz4-decoder.js';
import {SparseFile} from './sparse-file.js';
import {type Decoder, type Emit, isSkippable, STREAM_OUTPUT, streamDecoder} from './stream-decoder.js';
import {ZSTD_MAGIC, ZstdDecoder} from './zstd-decoder.js';

export interface UnpackOptions extends Work {
  /** Where compressed cores are unpacked to; the system's folder for temporary files when it is left out. */
  readonly temporaryFolder?: string | undefined;
}

interface Format {
  readonly magic: number;
  readonly mask: number;
  readonly name: string;
  readonly unpack: string; // the command
  readonly decoder?: (emit: Emit, path: string) => Decoder;
}
const FORMATS: readonly Format[] = [
  {
    magic: 0x8b1f,
    mask: 0xffff,
    name: 'gzip',
    unpack: 'gunzip',
    decoder: (emit) => streamDecoder(createGunzip({chunkSize: STREAM_OUTPUT}), emit),
  },
  {magic: ZSTD_MAGIC, mask: 0xffffffff, name: 'zstd', unpack: 'unzstd', decoder: (emit, path) => new ZstdDecoder(emit, path)},
  {magic: LZ4_MAGIC, mask: 0xffffffff, name: 'lz4', unpack: 'unlz4', decoder: (emit) => new Lz4Decoder(emit)},
  {magic: 0x587a37fd, mask: 0xffffffff, name: 'xz', unpack: 'unxz'},
];
/** Zstandard and LZ4 files may begin with skippable frames of user data. */
const MAX_SKIPPABLE = 1000;
const CHUNK: Bytes = 64 * 1024;

/**
 * The file itself when it is not compressed, else an unnamed one with its unpacked bytes, as far as they can be parts of what `size` says. The caller
 * closes it. Throws `io` when the disk is too small, `unsupported` for xz, and what `size` throws.
 */
export async function openUnpacked(path: string, options: UnpackOptions, warnings: WarningLog, size?: CoreSize): Promise<FileSource> {
  const packed = new FileSource(path);
  let result: FileSource | undefined;
  try {
    const format = findFormat(packed);
    result = format ? await unpack(packed, format, options, warnings, size) : packed;
    return result;
  } finally {
    if (result !== packed) packed.close();
  }
}

/** Whether a file would be unpacked. Throws `io` when it cannot be opened. */
export function isPacked(path: string): boolean {
  const source = new FileSource(path, 1);
  try {
    return findFormat(source) !== undefined;
  } finally {
    source.close();
  }
}

/** The first bytes of what `openUnpacked` would give; fewer when there are no more. Throws as it does. */
export async function readUnpackedHead(path: string, length: Bytes): Promise<Uint8Array> {
  const packed = new FileSource(path, 1);
  try {
    const format = findFormat(packed);
    if (!format) return packed.read(0, Math.min(length, packed.size));
    let head = Buffer.alloc(0);
    const emit = (bytes: Uint8Array) => {
      head = Buffer.concat([head, bytes.subarray(0, length)]);
      if (head.length >= length) throw new Enough();
    };
    await decodeAll(packed, decoderOf(packed, format, emit), {});
    return Uint8Array.from(head.subarray(0, length));
  } finally {
    packed.close();
  }
}

function findFormat(source: FileSource): Format | undefined {
  let at = 0;
  for (let i = 0; i < MAX_SKIPPABLE && at + 8 <= source.size; i++) {
    const head = source.read(at, 8);
    const view = new DataView(head.buffer, head.byteOffset);
    const magic = view.getUint32(0, true);
    if (!isSkippable(magic)) return FORMATS.find(({magic: value, mask}) => (magic & mask) >>> 0 === value);
    at += 8 + view.getUint32(4, true);
  }
  return undefined;
}

/** Thrown by a decoder's receiver that wants no more: one chunk may unpack to gigabytes. */
class Enough extends Error {}

async function unpack(
  packed: FileSource,
  format: Format,
  options: UnpackOptions,
  warnings: WarningLog,
  size: CoreSize | undefined,
): Promise<FileSource> {
  const decoder = decoderOf(packed, format, (bytes) => {
    size?.add(bytes);
    file.write(bytes);
    if (size && file.size > size.most) throw new Enough();
  });
  const file = new SparseFile(options.temporaryFolder, packed.size);
  try {
    const ended = await decodeAll(packed, decoder, options);
    if (ended !== undefined && file.size === 0) {
      throw new GoheapError('bad-format', `${packed.path}: the ${format.name} data cannot be unpacked: ${ended.problem}`);
    }
    if (ended !== undefined) {
      warnings.add(
        'unpacking-ended',
        `${packed.path}: the ${format.name} data end early, at ${ended.at} of ${packed.size} bytes (${ended.problem}): the ${file.size} bytes before are read.`,
      );
    }
    return new FileSource(packed.path, undefined, file.finish());
  } catch (error) {
    file.discard();
    throw error;
  }
}

function decoderOf(packed: FileSource, format: Format, emit: Emit): Decoder {
  if (format.decoder) return format.decoder(emit, packed.path);
  throw new GoheapError('unsupported', `${packed.path}: the file is compressed with ${format.name}`, {
    hint: `Unpack it first: ${format.unpack}.`,
  });
}

/** Undefined when all went well or was enough, else what stopped the decoder, and where in the packed file it was. */
async function decodeAll(packed: FileSource, decoder: Decoder, work: Work): Promise<{at: Bytes; problem: string} | undefined> {
  const chunk = new Uint8Array(CHUNK);
  let at = 0;
  const attempt = async (step: () => Promise<void> | void) => {
    try {
      await step();
    } catch (error) {
      if (error instanceof GoheapError || error instanceof Enough) throw error; // of what takes the bytes
      return {at, problem: (error as Error).message};
    }
    return undefined;
  };
  try {
    while (at < packed.size) {
      const part = chunk.subarray(0, Math.min(CHUNK, packed.size - at));
      packed.readInto(at, part);
      const ended = await attempt(() => decoder.push(part));
      if (ended) return ended;
      at += part.length;
      work.onProgress?.('unpacking', at, packed.size);
      await checkpoint(work);
    }
    return await attempt(() => decoder.end());
  } catch (error) {
    if (error instanceof Enough) return undefined;
    throw error;
  }
}
