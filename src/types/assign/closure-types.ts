/**
 * A function value → the structure that it leads to: the address of code, then what the function captured. The code tells which
 * function it is; the compiler's own struct type for such closures (`struct { F uintptr; X0 *int }`) tells the types, where the program
 * has it and only one fits the object; DW_AT_go_closure_offset tells names. What neither tells is words, pointers where the collector
 * sees pointers. Truth: cmd/compile/internal/typecheck (closure.go), Go 1.17 – 1.27.
 * The type is named by its function: `closure main.counter.func1`, of a method value `closure main.(*T).Method-fm`.
 */
import type {Address, Bytes, ObjectIndex, TypeIndex} from '../../base/units.js';
import type {CapturedVariable} from '../../dwarf/dwarf.js';
import {previousSlotSize} from '../../runtime/memory/size-classes.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import {EMPTY_DESCRIPTION, type FieldDescription} from '../catalog/type-description.js';
import {decodeLinkerName} from '../catalog/type-name.js';
import type {TypeSource} from '../catalog/type-source.js';
import {type ClaimFit, isWhole} from '../evidence/claim-fit.js';
import type {ObjectSlots} from '../evidence/object-slots.js';
import type {ObjectWords} from '../evidence/object-words.js';
import type {TracedHeap} from '../evidence/traced-heap.js';

const CODE: Bytes = 8;
/** Package, and the receiver's type behind a star or without one. */
const METHOD_VALUE = /^(.*?[^/.]*)\.(?:\(\*([^().]+)\)|([^().]+))\.[^.]+-fm$/;
/** Larger closures carry their type in front of them, or in their span. */
const LARGEST: Bytes = 512;

export interface ClosureInput {
  readonly source: TypeSource;
  readonly heap: TracedHeap;
  readonly shapes: PointerShapes;
  readonly slots: ObjectSlots;
  readonly fit: ClaimFit;
  readonly words: ObjectWords;
}

export class ClosureTypes {
  readonly #input: ClosureInput;
  readonly #byShape = new Map<string, TypeIndex>(); // function, slot and pointer bits → type
  readonly #bits = new Uint32Array(2);
  #structures: readonly TypeIndex[] | undefined;

  constructor(input: ClosureInput) {
    this.#input = input;
  }

  /** The type of the closure that the object is; 0 when it does not begin with the entry of a function. */
  find(object: ObjectIndex): TypeIndex {
    const {slots, heap, source, words} = this.#input;
    const span = slots.spanOf(object);
    const slotSize = heap.spans.slotSize[span]!;
    if (slotSize > LARGEST) return 0;
    if (!heap.pointerBits(object, span, this.#bits)) this.#bits.fill(0);
    if ((this.#bits[0]! & 1) !== 0) return 0; // before its memory is read: most objects
    const entry = words.wordAt(object, 0);
    if (!source.modules.some(({text, etext}) => entry >= text && entry < etext)) return 0;
    const key = `${entry} ${slotSize} ${this.#bits[0]} ${this.#bits[1]} ${words.interfacesOf(object)}`;
    let type = this.#byShape.get(key);
    if (type === undefined) {
      type = this.#build(object, entry);
      this.#byShape.set(key, type);
    }
    return type;
  }

  #build(object: ObjectIndex, entry: Address): TypeIndex {
    const {source, shapes} = this.#input;
    const fn = source.closureFunction(entry);
    if (!fn) return 0;
    if (fn.structure !== undefined) return this.#prepared(shapes.store.findNamed(fn.structure) ?? 0);
    const captured = source.dwarf?.capturedAt(entry - source.bias) ?? [];
    const bound = this.#methodValue(object, fn.name);
    if (bound !== 0) return bound;
    const structures = this.#list().filter((row) => this.#isLike(object, row, captured));
    const fields = structures.length === 1 ? shapes.store.describe(structures[0]!).fields : this.#fieldsFromWords(object, captured);
    const named = fields.map((field) => ({...field, name: captured.find(({offset}) => offset === field.offset)?.name ?? field.name}));
    const last = named.at(-1)!;
    const size = structures.length === 1 ? shapes.store.describe(structures[0]!).size : last.offset + shapes.store.describe(last.type).size;
    return this.#prepared(shapes.store.define({...EMPTY_DESCRIPTION, kind: KIND.struct, name: `closure ${fn.name}`, size, fields: named}));
  }

  /** The closure of a method value, whose function is named by its receiver's type (`main.(*T).Method-fm`); 0 when it is none. */
  #methodValue(object: ObjectIndex, name: string): TypeIndex {
    const {fit, shapes} = this.#input;
    const [, pack, pointed, plain] = METHOD_VALUE.exec(name) ?? [];
    if (pack === undefined) return 0;
    const type = decodeLinkerName(`${pack}.${pointed ?? plain}`);
    const receiver = shapes.store.rowOfName(pointed === undefined ? type : `*${type}`);
    if (receiver === 0) return 0;
    const field = {name: 'R', offset: CODE, type: receiver, embedded: false};
    const size = CODE + Math.ceil(shapes.store.describe(receiver).size / 8) * 8;
    const fields = [this.#codeField(), field];
    const row = this.#prepared(shapes.store.define({...EMPTY_DESCRIPTION, kind: KIND.struct, name: `closure ${name}`, size, fields}));
    return isWhole(fit.fit(object, row, false)) ? row : 0;
  }

  #codeField(): FieldDescription {
    return {name: 'F', offset: 0, type: this.#input.shapes.store.rowOfBasic('uintptr'), embedded: false};
  }

  #prepared(type: TypeIndex): TypeIndex {
    this.#input.shapes.prepare(type);
    return type;
  }

  /** Whether an object of this slot and these pointer bits can be of the structure, which has the captured variables where they are. */
  #isLike(object: ObjectIndex, structure: TypeIndex, captured: readonly CapturedVariable[]): boolean {
    const {fit, shapes} = this.#input;
    const {fields} = shapes.store.describe(structure);
    shapes.prepare(structure);
    if (!isWhole(fit.fit(object, structure, false))) return false;
    return captured.every(({offset, typeOffset}) =>
      fields.some((field) => field.offset === offset && field.type === shapes.store.rowOfDie(typeOffset)),
    );
  }

  /** The compiler's structures for closures. */
  #list(): readonly TypeIndex[] {
    const {store} = this.#input.shapes;
    this.#structures ??= store.runtimeRows().filter((row) => {
      const {kind, name, fields} = store.describe(row);
      return kind === KIND.struct && name === '' && fields[0]?.name === 'F' && store.describe(fields[0].type).kind === KIND.uintptr;
    });
    return this.#structures;
  }

  /** Captured variables where they are, and words where nothing is known: as many as the slot's size and the last pointer tell. */
  #fieldsFromWords(object: ObjectIndex, captured: readonly CapturedVariable[]): FieldDescription[] {
    const {slots, heap, shapes, words} = this.#input;
    const {store} = shapes;
    const number = store.rowOfBasic('uintptr');
    const pointer = store.rowOfBasic('unsafe.Pointer');
    const any = store.rowOfBasic('interface {}');
    const interfaces = words.interfacesOf(object);
    const slotSize = heap.spans.slotSize[slots.spanOf(object)]!;
    const fields: FieldDescription[] = [this.#codeField()];
    const last = lastPointer(this.#bits);
    const least = Math.max(previousSlotSize(slotSize) + 8, (last + 1) * 8);
    for (let at = CODE; at < least; ) {
      const variable = captured.find(({offset}) => offset >= at && offset < at + 8);
      const type = variable
        ? store.rowOfDie(variable.typeOffset)
        : isSet(this.#bits, at / 8)
          ? pointer
          : interfaces.includes(at)
            ? any
            : number;
      fields.push({name: variable?.name ?? `at${at}`, offset: variable?.offset ?? at, type, embedded: false});
      at = Math.ceil(((variable?.offset ?? at) + Math.max(1, store.describe(type).size)) / 8) * 8;
    }
    return fields;
  }
}

function isSet(bits: Uint32Array, word: number): boolean {
  return ((bits[word >>> 5]! >>> (word & 31)) & 1) === 1;
}

/** −1 when no bit is set. */
function lastPointer(bits: Uint32Array): number {
  return bits[1] !== 0 ? 63 - Math.clz32(bits[1]!) : 31 - Math.clz32(bits[0]!);
}
