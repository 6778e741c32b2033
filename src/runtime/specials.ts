/**
 * The specials of a span's objects, and the queues of finalizers and cleanups that are due → records with the words that
 * the collector takes as roots. Truth: runtime/mheap.go (special*), mfinal.go, mcleanup.go, mgcmark.go, Go 1.22 – 1.27.
 */
import {GoheapError} from '../base/errors.js';
import {type Address, type Bytes, hex} from '../base/units.js';
import type {GoRuntime} from './go-runtime.js';
import type {Layout} from './layout.js';
import type {RuntimeSpans} from './spans.js';

export interface RootRecord {
  readonly kind: 'finalizer' | 'cleanup' | 'weak-handle';
  readonly address: Address; // of the special, or of the entry in its queue
  readonly size: Bytes;
  readonly words: readonly Bytes[]; // offsets of its pointer words
  readonly object: Address; // address inside the object that it belongs to; 0 for queue entries
  readonly queued: boolean;
}

const MAX_SPECIALS = 1 << 26;
const POINTER: Bytes = 8;

/** All specials that hold pointers, in span order. */
export function* readSpecials(go: GoRuntime, runtime: RuntimeSpans): Generator<RootRecord> {
  const {image} = go;
  const special = go.layouts.get('runtime.special');
  const offset = {next: special.offsetOf('next'), offset: special.offsetOf('offset'), kind: special.offsetOf('kind')};
  const wideOffset = special.size >= 24;
  const shapes = specialShapes(go);
  if (shapes.size === 0) return;
  for (let span = 0; span < runtime.table.count; span++) {
    let at = runtime.specials[span]!;
    for (let i = 0; at !== 0 && i < MAX_SPECIALS; i++) {
      if (!image.isMapped(at, special.size)) {
        go.warnings.add(
          'special-unreadable',
          `The special at ${hex(at)} is not in the dump: finalizers and cleanups behind it are missing.`,
        );
        break;
      }
      const shape = shapes.get(image.u8(at + offset.kind));
      if (shape) {
        const inSpan = wideOffset ? image.word(at + offset.offset) : image.u16(at + offset.offset);
        yield {
          kind: shape.kind,
          size: shape.size,
          words: shape.words,
          address: at,
          object: runtime.table.start[span]! + inSpan,
          queued: false,
        };
      }
      at = image.word(at + offset.next);
    }
  }
}

/** Special kind number → what its struct holds. Kinds that the program never uses have no struct in its debug information. */
function specialShapes(go: GoRuntime): Map<number, Pick<RootRecord, 'kind' | 'size' | 'words'>> {
  const shapes = new Map<number, Pick<RootRecord, 'kind' | 'size' | 'words'>>();
  const add = (constant: string, kind: RootRecord['kind'], struct: string, fields: (layout: Layout) => Bytes[]) => {
    const number = go.constant(constant);
    const layout = go.layouts.find(struct);
    if (number !== undefined && layout) shapes.set(number, {kind, size: layout.size, words: fields(layout)});
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

/** Entries of the queues: finalizers and cleanups whose objects are dead already. */
export function* readQueues(go: GoRuntime): Generator<RootRecord> {
  try {
    yield* readFinalizerQueue(go);
    yield* readCleanupQueue(go);
  } catch (error) {
    if (!(error instanceof GoheapError)) throw error;
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
  for (let at = image.word(all), i = 0; at !== 0 && i < MAX_SPECIALS; at = image.word(at + block.offsetOf('alllink')), i++) {
    const count = image.u32(at + block.offsetOf('cnt'));
    for (let row = 0; row < count; row++) {
      yield {kind: 'finalizer', address: at + block.offsetOf('fin') + row * entry.size, size: entry.size, words, object: 0, queued: true};
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
  for (let at = image.word(queue + all), i = 0; at !== 0 && i < MAX_SPECIALS; at = image.word(at + header.offsetOf('alllink')), i++) {
    const count = image.u32(at + header.offsetOf('n'));
    for (let row = 0; row < count; row++) {
      yield {kind: 'cleanup', address: at + block.offsetOf('cleanups') + row * size, size, words, object: 0, queued: true};
    }
  }
}
