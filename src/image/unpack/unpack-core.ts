/**
 * A core as systemd-coredump and people leave it, compressed with gzip, Zstandard or LZ4 → its bytes in a sparse temporary
 * file. The first bytes tell the format, not the name. Truth: RFC 1952, RFC 8878, the LZ4 frame format. Data that end early or
 * are damaged give what comes before, with a warning: such a core is a truncated one. xz is not unpacked.
 */
import {tmpdir} from 'node:os';
import type {Transform} from 'node:stream';
import {constants, createGunzip, createZstdDecompress} from 'node:zlib';
import {GoheapError} from '../../base/errors.js';
import {FileSource} from '../../base/file-source.js';
import {checkpoint, type Work} from '../../base/progress.js';
import type {Bytes} from '../../base/units.js';
import type {WarningLog} from '../../base/warnings.js';
import {Lz4Decoder} from './lz4-decoder.js';
import {SparseFile} from './sparse-file.js';

export interface UnpackOptions extends Work {
  /** Where compressed cores are unpacked to; the system's folder for temporary files when it is left out. */
  readonly temporaryFolder?: string | undefined;
}

/** Takes packed bytes in sequence. Both calls fail with an Error when the data are damaged, `end` also when they are not complete. */
interface Decoder {
  push(chunk: Uint8Array): Promise<void> | void;
  end(): Promise<void> | void;
}
type Emit = (bytes: Uint8Array) => void;

interface Format {
  readonly magic: number;
  readonly mask: number;
  readonly name: string;
  readonly unpack: string; // the command
  /** `frame`: where the first frame with contents begins. */
  readonly decoder?: (emit: Emit, source: FileSource, frame: Bytes) => Decoder;
}
const FORMATS: readonly Format[] = [
  {
    magic: 0x8b1f,
    mask: 0xffff,
    name: 'gzip',
    unpack: 'gunzip',
    decoder: (emit) => streamDecoder(createGunzip({chunkSize: STREAM_OUTPUT}), emit),
  },
  {magic: 0xfd2fb528, mask: 0xffffffff, name: 'zstd', unpack: 'unzstd', decoder: zstdDecoder},
  {magic: 0x184d2204, mask: 0xffffffff, name: 'lz4', unpack: 'unlz4', decoder: (emit) => new Lz4Decoder(emit)},
  {magic: 0x587a37fd, mask: 0xffffffff, name: 'xz', unpack: 'unxz'},
];
/** Zstandard and LZ4 files may begin with frames of user data: this magic and the 15 after it, then a size. */
const SKIPPABLE = 0x184d2a50;
const MAX_SKIPPABLE = 1000;
const CHUNK: Bytes = 64 * 1024;

/** The file itself when it is not compressed, else an unnamed one with its unpacked bytes and its time. The caller closes it. Throws `io` when the disk is too small, `unsupported` for xz. */
export async function openUnpacked(path: string, options: UnpackOptions, warnings: WarningLog): Promise<FileSource> {
  const packed = new FileSource(path);
  let result: FileSource | undefined;
  try {
    const format = findFormat(packed);
    result = format ? await unpack(packed, format, options, warnings) : packed;
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
    const parts: Uint8Array[] = [];
    const emit = (bytes: Uint8Array) => void parts.push(bytes.slice(0, length));
    await decodeAll(packed, decoderOf(packed, format, emit), {}, () => parts.length > 0);
    return Uint8Array.from(Buffer.concat(parts).subarray(0, length));
  } finally {
    packed.close();
  }
}

interface Found extends Format {
  readonly frame: Bytes;
}

function findFormat(source: FileSource): Found | undefined {
  let at = 0;
  for (let i = 0; i < MAX_SKIPPABLE && at + 8 <= source.size; i++) {
    const head = source.read(at, 8);
    const view = new DataView(head.buffer, head.byteOffset);
    const magic = view.getUint32(0, true);
    if ((magic & 0xfffffff0) >>> 0 !== SKIPPABLE) {
      const format = FORMATS.find(({magic: value, mask}) => (magic & mask) >>> 0 === value);
      return format && {...format, frame: at};
    }
    at += 8 + view.getUint32(4, true);
  }
  return undefined;
}

async function unpack(packed: FileSource, format: Found, options: UnpackOptions, warnings: WarningLog): Promise<FileSource> {
  const decoder = decoderOf(packed, format, (bytes) => file.write(bytes));
  const file = new SparseFile(options.temporaryFolder ?? tmpdir(), packed.size);
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
    return new FileSource(packed.path, undefined, file.finish(packed.modifiedMs));
  } catch (error) {
    file.discard();
    throw error;
  }
}

function decoderOf(packed: FileSource, format: Found, emit: Emit): Decoder {
  if (format.decoder) return format.decoder(emit, packed, format.frame);
  throw new GoheapError('unsupported', `${packed.path}: the file is compressed with ${format.name}`, {
    hint: `Unpack it first: ${format.unpack}.`,
  });
}

/** Undefined when all went well or `isEnough`, else what stopped the decoder, and where in the packed file it was. */
async function decodeAll(
  packed: FileSource,
  decoder: Decoder,
  work: Work,
  isEnough = () => false,
): Promise<{at: Bytes; problem: string} | undefined> {
  const chunk = new Uint8Array(CHUNK);
  let at = 0;
  const attempt = async (step: () => Promise<void> | void) => {
    try {
      await step();
    } catch (error) {
      if (error instanceof GoheapError) throw error; // of the file that is written
      return {at, problem: (error as Error).message};
    }
    return undefined;
  };
  while (at < packed.size) {
    const part = chunk.subarray(0, Math.min(CHUNK, packed.size - at));
    packed.readInto(at, part);
    const ended = await attempt(() => decoder.push(part));
    if (ended) return ended;
    at += part.length;
    if (isEnough()) return undefined;
    work.onProgress?.('unpacking', at, packed.size);
    await checkpoint(work);
  }
  return attempt(() => decoder.end());
}

/** What was unpacked last is lost when the stream fails: less than this. */
const STREAM_OUTPUT: Bytes = 64 * 1024;

function streamDecoder(stream: Transform, emit: Emit): Decoder {
  let failed: unknown;
  const fail = (error: unknown) => {
    failed ??= error;
    stream.destroy();
  };
  // The stream's events come from outside of any call: what goes wrong there is kept for the next one.
  stream.on('error', fail);
  stream.on('data', (bytes: Uint8Array) => {
    try {
      if (failed === undefined) emit(bytes);
    } catch (error) {
      fail(error);
    }
  });
  const finish = (call: (done: () => void) => void) =>
    new Promise<void>((resolve, reject) => {
      const done = () => {
        stream.off('close', done);
        if (failed === undefined) resolve();
        else reject(failed as Error);
      };
      stream.once('close', done);
      if (failed === undefined) call(done);
      else done();
    });
  return {
    push: (chunk) => finish((done) => stream.write(chunk, done)),
    end: () =>
      finish((done) => {
        stream.once('end', done);
        stream.end();
      }),
  };
}

/** A decoder keeps a window of the output; zstd's own refuses larger ones too unless it is told. */
const MAX_WINDOW: Bytes = 2 ** 27;

function zstdDecoder(emit: Emit, source: FileSource, frame: Bytes): Decoder {
  const window = readWindowSize(source, frame);
  if (window > MAX_WINDOW) {
    throw new GoheapError('unsupported', `${source.path}: the zstd data need a window of ${window} bytes; expected at most ${MAX_WINDOW}`, {
      hint: 'Unpack it first: unzstd --long=31.',
    });
  }
  const params = {[constants.ZSTD_d_windowLogMax]: Math.log2(MAX_WINDOW)};
  return streamDecoder(createZstdDecompress({chunkSize: STREAM_OUTPUT, params}), emit);
}

/** Of the frame at this place; 0 when the file ends within its header. RFC 8878, 3.1.1.1. */
function readWindowSize(source: FileSource, frame: Bytes): Bytes {
  if (frame + 18 > source.size) return 0;
  const head = source.read(frame, 18);
  const flags = head[4]!;
  if ((flags & 0x20) === 0) return 2 ** (10 + (head[5]! >>> 3)) * (1 + (head[5]! & 7) / 8);
  const [dictionary, size] = [[0, 1, 2, 4][flags & 3]!, [1, 2, 4, 8][flags >>> 6]!];
  let window = 0; // a single segment: all that there is
  for (let i = size - 1; i >= 0; i--) window = window * 256 + head[5 + dictionary + i]!;
  return window;
}
