/**
 * The specials of a span's objects, and the queues of finalizers and cleanups that are due → records with the words that
 * the collector takes as roots. Truth: runtime/mheap.go (special*), mfinal.go, mcleanup.go, mgcmark.go, Go 1.17 – 1.27.
 */
import {GoheapError, isGoheapError} from '../../base/errors.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';
import type {Layout} from '../layout.js';
import {followLinks} from '../words.js';
import type {RuntimeSpans} from './spans.js';

export interface RootRecord {
  readonly kind: 'finalizer' | 'cleanup' | 'weak-handle';
  readonly struct: string; // the runtime's type of what lies at `address`
  readonly address: Address; // of the special, or of the entry in its queue
  readonly size: Bytes;
  readonly words: readonly Bytes[]; // offsets of its pointer words
  readonly object: Address; // address inside the object that it belongs to; 0 for queue entries
  readonly queued: boolean;
  readonly pointer?: {readonly to: Address; readonly type: Address}; // to the object of a finalizer, and the runtime type of that pointer
  readonly argument?: {readonly to: Address; readonly code: Address}; // of a cleanup, and the entry of the function that takes what lies there
}

const POINTER: Bytes = 8;

export interface SpecialFields {
  readonly size: Bytes;
  readonly next: Bytes; // offset of the link to the span's next special
  readonly kind: Bytes; // offset of the number of its kind, a byte
  /** Where in its span the special's object is. Go 1.24 made the field wider. */
  placeOf(special: Address): Bytes;
}

/** runtime.special, which every kind of special begins with. */
export function specialFields({image, layouts}: GoRuntime): SpecialFields {
  const special = layouts.get('runtime.special');
  const offset = special.offsetOf('offset');
  const isWide = special.sizeOf('offset') === 8;
  return {
    size: special.size,
    next: special.offsetOf('next'),
    kind: special.offsetOf('kind'),
    placeOf: (at) => (isWide ? image.word(at + offset) : image.u16(at + offset)),
  };
}

/** All specials that hold pointers, in span order. */
export function* readSpecials(go: GoRuntime, runtime: RuntimeSpans): Generator<RootRecord> {
  const {image} = go;
  const special = specialFields(go);
  const shapes = specialShapes(go);
  if (shapes.size === 0) return;
  for (let span = 0; span < runtime.table.count; span++) {
    const seen = new Set<Address>();
    let behind: Bytes = 0; // a span's specials are in the order of the objects they belong to
    for (let at = runtime.specials[span]!; at !== 0; at = image.word(at + special.next)) {
      const inSpan = image.isMapped(at, special.size) ? special.placeOf(at) : Number.NaN;
      const shape = Number.isNaN(inSpan) ? undefined : shapes.get(image.u8(at + special.kind));
      const isSound = inSpan >= behind && inSpan < runtime.table.length[span]! && !seen.has(at);
      if (!isSound || (shape && !image.isMapped(at, shape.size))) {
        go.warnings.add(
          'special-unreadable',
          `The special at ${hex(at)} is damaged or not in the dump: finalizers and cleanups behind it are missing.`,
        );
        break;
      }
      seen.add(at);
      behind = inSpan;
      if (shape) {
        const object = runtime.table.start[span]! + inSpan;
        yield {
          kind: shape.kind,
          struct: shape.struct,
          size: shape.size,
          words: shape.words,
          address: at,
          object,
          queued: false,
          ...(shape.pointerType === undefined ? {} : {pointer: {to: object, type: image.word(at + shape.pointerType)}}),
          ...(shape.kind === 'cleanup' ? argumentOf(go, shape.words, at) : {}),
        };
      }
    }
  }
}

interface SpecialShape extends Pick<RootRecord, 'kind' | 'struct' | 'size' | 'words'> {
  readonly pointerType: Bytes | undefined; // where a finalizer keeps the type of the pointer that it was set for
}

/** Special kind number → what its struct holds. Kinds that the program never uses have no struct in its debug information. */
function specialShapes(go: GoRuntime): Map<number, SpecialShape> {
  const shapes = new Map<number, SpecialShape>();
  const add = (constant: string, kind: RootRecord['kind'], struct: string, fields: (layout: Layout) => Bytes[]) => {
    const number = go.constant(constant);
    const layout = go.layouts.find(struct);
    if (number === undefined || !layout) return;
    shapes.set(number, {kind, struct, size: layout.size, words: fields(layout), pointerType: layout.findOffset('ot')});
  };
  add('runtime._KindSpecialFinalizer', 'finalizer', 'runtime.specialfinalizer', (layout) => [layout.offsetOf('fn')]);
  add('runtime._KindSpecialWeakHandle', 'weak-handle', 'runtime.specialWeakHandle', (layout) => [layout.offsetOf('handle')]);
  add('runtime._KindSpecialCleanup', 'cleanup', 'runtime.specialCleanup', (layout) => {
    const fn = layout.findOffset('fn'); // ≤ 1.25: a closure of function and argument
    const inner = go.layouts.find('runtime.cleanupFn');
    if (fn !== undefined || !inner) return fn === undefined ? [] : [fn];
    return ['call', 'fn', 'arg'].map((field) => layout.offsetOf('cleanup') + inner.offsetOf(field));
  });
  return shapes;
}

/** What the words of a cleanup (of Go 1.26 and newer, which has three) tell of its argument: runtime.cleanupFn is call, fn, arg. */
function argumentOf({image}: GoRuntime, words: readonly Bytes[], at: Address): Pick<RootRecord, 'argument'> {
  const [, fn, argument] = words;
  const closure = fn === undefined ? 0 : image.word(at + fn);
  if (argument === undefined || !image.isMapped(closure, POINTER)) return {};
  return {argument: {to: image.word(at + argument), code: image.word(closure)}};
}

/** Entries of the queues: finalizers and cleanups whose objects are dead already. */
export function* readQueues(go: GoRuntime): Generator<RootRecord> {
  try {
    yield* readFinalizerQueue(go);
    yield* readCleanupQueue(go);
  } catch (error) {
    if (!isGoheapError(error)) throw error;
    go.warnings.add('queues', `The queues of finalizers and cleanups cannot be read (${error.message}).`);
  }
}

function* readFinalizerQueue(go: GoRuntime): Generator<RootRecord> {
  const {image} = go;
  const all = go.findAddress('runtime.allfin');
  const block = go.layouts.find('runtime.finBlock', 'runtime.finblock');
  const entry = go.layouts.find('runtime.finalizer');
  if (all === undefined || !block || !entry) return;
  const words = ['fn', 'arg', 'fint', 'ot'].map((field) => entry.offsetOf(field));
  for (const at of followLinks(image, image.word(all), block.offsetOf('alllink'), block.size)) {
    const count = image.u32(at + block.offsetOf('cnt'));
    checkCount(at, count, (block.size - block.offsetOf('fin')) / entry.size);
    for (let row = 0; row < count; row++) {
      const address = at + block.offsetOf('fin') + row * entry.size;
      const pointer = {to: image.word(address + entry.offsetOf('arg')), type: image.word(address + entry.offsetOf('ot'))};
      yield {kind: 'finalizer', struct: 'runtime.finalizer', address, size: entry.size, words, object: 0, queued: true, pointer};
    }
  }
}

function* readCleanupQueue(go: GoRuntime): Generator<RootRecord> {
  const {image} = go;
  const queue = go.findAddress('runtime.gcCleanups');
  const block = go.layouts.find('runtime.cleanupBlock');
  const header = go.layouts.find('runtime.cleanupBlockHeader');
  const all = go.layouts.find('runtime.cleanupQueue')?.findOffset('all');
  if (queue === undefined || !block || !header || all === undefined) return;
  const entry = go.layouts.find('runtime.cleanupFn');
  const size = entry?.size ?? POINTER; // 1.25: a pointer to a closure
  const words = entry ? ['call', 'fn', 'arg'].map((field) => entry.offsetOf(field)) : [0];
  for (const at of followLinks(image, image.word(queue + all), header.offsetOf('alllink'), block.size)) {
    const count = image.u32(at + header.offsetOf('n'));
    checkCount(at, count, (block.size - block.offsetOf('cleanups')) / size);
    for (let row = 0; row < count; row++) {
      const address = at + block.offsetOf('cleanups') + row * size;
      if (image.word(address + words[0]!) === 0) continue; // it has begun
      const struct = entry ? 'runtime.cleanupFn' : '*runtime.funcval';
      yield {kind: 'cleanup', struct, address, size, words, object: 0, queued: true, ...argumentOf(go, words, address)};
    }
  }
}

function checkCount(block: Address, count: number, most: number): void {
  if (count > most)
    throw new GoheapError('bad-format', `the block at ${hex(block)} has ${count} entries; expected at most ${Math.floor(most)}`);
}
