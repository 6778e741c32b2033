/**
 * The first bytes of an object → text for `objects.preview`: byte arrays, and pointer-free objects of unknown type whose bytes are
 * plainly text. Only printable UTF-8 counts; what is cut is cut between runes. A text that contains U+FFFD itself has no preview.
 * Spans come in address order, and a span of small slots is read at once.
 */

import type {ObjectIndex} from '../base/units.js';
import type {Address, Bytes, Contents, HeapGraph} from '../graph/heap-graph.js';
import {TYPE_KINDS} from '../graph/heap-graph.js';
import {isJava} from '../graph/language.js';
import {lengthOf} from '../graph/objects.js';
import type {Redactor} from '../privacy/redactor.js';
import {JavaPreviews} from './java-previews.js';
import type {OwnTexts} from './text-columns.js';

/** Longest preview, in bytes. */
export const PREVIEW_BYTES = 64;
/** How far behind the preview matches are looked for. */
const LOOK_AHEAD = 64 * 1024;
/** Slots above this size are read one by one: most of the span would be read for nothing. */
const SMALL_SLOT = 1024;
/** An untyped object with fewer printable bytes is more likely a number. */
const SHORTEST_UNTYPED = 4;

const UINT8 = TYPE_KINDS.indexOf('uint8');
const ARRAY = TYPE_KINDS.indexOf('array');
const UNKNOWN = TYPE_KINDS.indexOf('unknown');
const utf8 = new TextDecoder('utf-8', {ignoreBOM: true});

export class PreviewReader {
  readonly #graph: HeapGraph;
  readonly #contents: Contents;
  readonly #redactor: Redactor | undefined;
  readonly #java: JavaPreviews | undefined;
  readonly #bytesPerElement: Float64Array; // per type: bytes of text in one element, 0 when it is no text, NaN when its type is unknown
  #span = -1;
  #copy = new Uint8Array(8192);
  #length = -1; // bytes of the span in #copy; -1: to be read object by object

  constructor(graph: HeapGraph, contents: Contents, redactor?: Redactor) {
    this.#graph = graph;
    this.#contents = contents;
    this.#redactor = redactor;
    this.#java = isJava(graph) ? new JavaPreviews(graph, contents) : undefined;
    const {types} = graph;
    this.#bytesPerElement = Float64Array.from(types.kind, (kind, type) => {
      if (kind === UNKNOWN) return Number.NaN;
      if (kind === UINT8) return 1;
      return kind === ARRAY && types.kind[types.element[type]!] === UINT8 ? types.length[type]! : 0;
    });
  }

  /** Puts the preview of an object in a span without pointers into a row; NULL when it is no text or its bytes are not in the dump. */
  read(span: number, object: ObjectIndex, into: OwnTexts, row: number): void {
    if (this.#java) {
      this.#readJava(this.#java, object, into, row);
      return;
    }
    const {spans, objects} = this.#graph;
    const elementBytes = this.#bytesPerElement[objects.type[object]!]!;
    into.setNull(row);
    if (elementBytes === 0) return;
    const untyped = Number.isNaN(elementBytes);
    const size = spans.slotSize[span]!;
    const whole = untyped ? size : elementBytes * lengthOf(objects, object);
    const wanted = Math.min(whole, size, PREVIEW_BYTES);
    const offset = objects.slot[object]! * size;
    if (span !== this.#span) this.#enterSpan(span);
    const cached = this.#length >= 0;
    const bytes = cached ? this.#copy : this.#contents.bytes(spans.start[span]! + offset, wanted);
    if (bytes === undefined) return;
    const start = cached ? offset : 0;
    const end = endOfText(bytes, start, start + wanted, whole > wanted, untyped);
    if (end === start) return;
    if (!this.#redactor) {
      into.set(row, bytes, start, end);
      return;
    }
    const redacted = this.#redacted(this.#redactor, spans.start[span]! + offset, wanted, Math.min(whole, size), untyped);
    if (redacted.length > 0) into.set(row, redacted, 0, redacted.length);
  }

  #readJava(java: JavaPreviews, object: ObjectIndex, into: OwnTexts, row: number): void {
    into.setNull(row);
    const text = java.read(object, this.#redactor ? PREVIEW_BYTES + LOOK_AHEAD : PREVIEW_BYTES);
    if (text === undefined || text.bytes.length === 0) return;
    const bytes = this.#redactor ? text.bytes.slice() : text.bytes;
    this.#redactor?.bytes(bytes);
    const wanted = Math.min(bytes.length, PREVIEW_BYTES);
    const end = endOfText(bytes, 0, wanted, text.isCut || bytes.length > wanted, false);
    if (end > 0) into.set(row, bytes, 0, end);
  }

  /** A match may begin in the preview and end behind it, so more is read. */
  #redacted(redactor: Redactor, address: Address, wanted: Bytes, whole: Bytes, untyped: boolean): Uint8Array {
    const bytes = this.#contents.bytes(address, Math.min(whole, wanted + LOOK_AHEAD)) ?? this.#contents.bytes(address, wanted)!;
    const copy = bytes.slice();
    redactor.bytes(copy);
    return copy.subarray(0, endOfText(copy, 0, wanted, whole > wanted, untyped));
  }

  #enterSpan(span: number): void {
    const {spans} = this.#graph;
    this.#span = span;
    this.#length = -1;
    if (spans.slotSize[span]! > SMALL_SLOT) return;
    const length = spans.slots[span]! * spans.slotSize[span]!;
    const bytes = this.#contents.bytes(spans.start[span]!, length);
    if (bytes === undefined) return; // part of it is missing: single objects may still be there
    if (length > this.#copy.length) this.#copy = new Uint8Array(length);
    this.#copy.set(bytes); // the contents' own bytes may be gone after the next read
    this.#length = length;
  }
}

/** Where the text in [start, end) ends; `start` when it is none. `cut`: the text goes on behind `end`. `untyped`: it may end in zeros. */
function endOfText(bytes: Uint8Array, start: number, end: number, cut: boolean, untyped: boolean): number {
  let stop = end;
  if (untyped) {
    stop = start;
    while (stop < end && bytes[stop] !== 0) stop++;
    for (let at = stop; at < end; at++) if (bytes[at] !== 0) return start;
    if (stop - start < SHORTEST_UNTYPED) return start;
  }
  let ascii = true;
  for (let at = start; at < stop; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80) ascii = false;
    else if ((byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 0x7f) return start;
  }
  if (ascii) return stop;
  if (cut && stop === end) stop = lastRuneEnd(bytes, start, end);
  const text = utf8.decode(bytes.subarray(start, stop));
  return /[\ufffd\p{Cc}\p{Cn}\p{Co}]/u.test(text.replaceAll(/[\t\n\r]/g, '')) ? start : stop;
}

/** Where the last rune ends that is complete before `end`. */
function lastRuneEnd(bytes: Uint8Array, start: number, end: number): number {
  let lead = end - 1;
  while (lead > start && end - lead < 4 && (bytes[lead]! & 0xc0) === 0x80) lead--;
  const byte = bytes[lead]!;
  const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
  return lead + length > end ? lead : end;
}
