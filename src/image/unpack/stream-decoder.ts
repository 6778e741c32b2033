/**
 * What the decoders of compressed files have in common, and the one that wraps a stream of Node.
 */
import type {Transform} from 'node:stream';
import type {Bytes} from '../../base/units.js';

/** Takes packed bytes in sequence. Both calls fail with an Error when the data are damaged, `end` also when they are not complete. */
export interface Decoder {
  push(chunk: Uint8Array): Promise<void> | void;
  end(): Promise<void> | void;
}
export type Emit = (bytes: Uint8Array) => void;

/** Frames of user data among those of Zstandard and LZ4: this magic and the 15 after it, then a size. RFC 8878, 3.1.2. */
export function isSkippable(magic: number): boolean {
  return (magic & 0xfffffff0) >>> 0 === 0x184d2a50;
}

/** What was unpacked last is lost when the stream fails: less than this. */
export const STREAM_OUTPUT: Bytes = 64 * 1024;

export function streamDecoder(stream: Transform, emit: Emit): Decoder {
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
