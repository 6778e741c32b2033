/**
 * Objects by path → the messages of profile.proto beside this file, a chunk of bytes at a time: one sample a path and
 * type, one location and one function a frame. Protobuf messages may be written in pieces, so texts are numbered as they come and written last.
 * What pprof makes of the fields: README.md.
 */
import {Writer} from 'protobufjs/minimal.js';
import {checkpoint, type Work} from '../../src/base/progress.js';
import {StringTable} from '../../src/base/string-table.js';
import type {HeapGraph} from '../../src/graph/heap-graph.js';
import type {ObjectsByPath} from './aggregate-paths.js';
import type {ProfileFrame} from './frame-names.js';
import {TYPE_FRAME} from './path-tree.js';
import {orderPaths} from './sample-order.js';

export interface Profile extends ObjectsByPath {
  readonly types: Pick<HeapGraph['types'], 'name' | 'package'>;
  readonly executable: string;
  readonly buildId: string;
  /** Milliseconds since 1970; undefined when not known. */
  readonly dumpedAt: number | undefined;
  /** Lines that pprof prints above every report. */
  readonly comments: readonly string[];
}

const CHUNK = 1 << 16;
const SAMPLES_PER_SLICE = 1 << 14;
const VARINT = 0;
const DELIMITED = 2;
/** The one mapping: a program's frames have no addresses here, but pprof asks for the file when there is none. */
const MAPPING = 1;
const SAMPLE_TYPES = [
  ['inuse_objects', 'count'],
  ['inuse_space', 'bytes'],
] as const;

/** Calls `push` with the bytes of the profile, in order. Rejects with `signal.reason` when cancelled. */
export async function writeProfile(profile: Profile, push: (bytes: Uint8Array) => void, work?: Work): Promise<void> {
  const writer = new ProfileWriter(push);
  writer.writeHead(profile);
  const {tree} = profile;
  const order = orderPaths(tree);
  for (let index = 0; index < order.length; index++) {
    if (tree.objects.data[order[index]!]! > 0) writer.writeSample(profile, order[index]!);
    if (index % SAMPLES_PER_SLICE > 0 && index < order.length - 1) continue;
    work?.onProgress?.('write samples', index + 1, order.length);
    await checkpoint(work);
  }
  for (const [number, frame] of profile.frames.entries()) writer.writeFrame(number, frame);
  writer.finish();
}

class ProfileWriter {
  readonly #push: (bytes: Uint8Array) => void;
  readonly #texts = new StringTable();
  #writer = Writer.create();
  #depth = 0; // of messages that are being written

  constructor(push: (bytes: Uint8Array) => void) {
    this.#push = push;
  }

  writeHead({executable, buildId, dumpedAt, comments}: Profile): void {
    for (const [type, unit] of SAMPLE_TYPES) this.#message(1, () => this.#twoTexts(1, type, unit));
    this.#number(14, this.#texts.intern('inuse_space'));
    this.#message(11, () => this.#twoTexts(1, 'space', 'bytes'));
    this.#number(12, 1);
    if (dumpedAt !== undefined) this.#number(9, dumpedAt * 1e6);
    for (const comment of comments) this.#number(13, this.#texts.intern(comment));
    this.#message(3, () => {
      this.#number(1, MAPPING);
      this.#twoTexts(5, executable, buildId);
      for (const has of [7, 8, 9, 10]) this.#number(has, 1); // nothing is left for pprof to look up in the file
    });
  }

  writeSample({tree, frames, types}: Profile, path: number): void {
    const stack = tree.framesOf(path);
    const type = stack[0]! >= TYPE_FRAME ? stack.shift()! - TYPE_FRAME : undefined; // none of what is folded
    this.#message(2, () => {
      this.#writer.uint32((1 << 3) | DELIMITED).fork();
      for (const frame of stack) this.#writer.uint32(frame + 1);
      this.#writer.ldelim();
      this.#writer.uint32((2 << 3) | DELIMITED).fork();
      this.#writer.uint64(tree.objects.data[path]!).uint64(tree.bytes.data[path]!).ldelim();
      this.#label('kind', frames[stack.at(-1)!]!.kind);
      if (type === undefined) return;
      this.#label('type', types.name[type] || 'unknown');
      this.#label('package', types.package[type]);
    });
  }

  /** The function has no system name: pprof would take brackets in it for C++ and cut what is in parentheses. */
  writeFrame(number: number, {name, file = '', line = 0}: ProfileFrame): void {
    const id = number + 1;
    this.#message(4, () => {
      this.#number(1, id);
      this.#number(2, MAPPING);
      this.#message(4, () => {
        this.#number(1, id);
        if (line > 0) this.#number(2, line);
      });
    });
    this.#message(5, () => {
      this.#number(1, id);
      this.#number(2, this.#texts.intern(name));
      this.#number(4, this.#texts.intern(file));
    });
  }

  finish(): void {
    for (const text of this.#texts.list()) this.#writer.uint32((6 << 3) | DELIMITED).string(text);
    this.#push(this.#writer.finish());
  }

  #label(key: string, value: string | undefined): void {
    if (value) this.#message(3, () => this.#twoTexts(1, key, value));
  }

  /** Two texts as the fields `field` and the one after it. */
  #twoTexts(field: number, first: string, second: string): void {
    this.#number(field, this.#texts.intern(first));
    this.#number(field + 1, this.#texts.intern(second));
  }

  #number(field: number, value: number): void {
    this.#writer.uint32((field << 3) | VARINT).uint64(value);
  }

  #message(field: number, fill: () => void): void {
    const isOutermost = this.#depth === 0;
    this.#depth++;
    this.#writer.uint32((field << 3) | DELIMITED).fork();
    fill();
    this.#writer.ldelim();
    this.#depth--;
    if (!isOutermost || this.#writer.pos < CHUNK) return;
    this.#push(this.#writer.finish());
    this.#writer = Writer.create();
  }
}
