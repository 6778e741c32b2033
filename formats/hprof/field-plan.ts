/**
 * The fields of one class, in order: references always, scalars as long as the size allows, and fields without meaning that fill it up. What was
 * left out is said in a static field of the class.
 */
import type {Bytes} from '../../src/base/units.js';
import type {ClassList, StaticField} from './class-list.js';
import {JAVA, JAVA_SIZE, type Leaf} from './leaves.js';

/** Fields of a class one after the other, as many as the size allows. */
export class FieldPlan {
  readonly list: {name: string; java: number}[] = [];
  readonly cutNames: string[] = [];
  cut: Bytes = 0;
  position: Bytes = 0;
  readonly #classes: ClassList;
  readonly #keepScalars: boolean;
  #left: Bytes;

  constructor(classes: ClassList, room: Bytes, keepScalars: boolean) {
    this.#classes = classes;
    this.#left = room;
    this.#keepScalars = keepScalars;
  }
  /** Sets room for a reference aside: no reference is ever cut. */
  reserve(): void {
    this.#left -= this.#classes.idSize;
  }
  /** Where the field is in the data; -1 when it is not. */
  add({name, java}: Leaf): number {
    if (java === JAVA.object) return this.#put(name, java);
    if (!this.#keepScalars) return -1;
    const size = JAVA_SIZE[java]!;
    if (this.cut > 0 || size > this.#left) {
      this.cut += size;
      this.cutNames.push(name);
      return -1;
    }
    this.#left -= size;
    return this.#put(name, java);
  }
  /** Takes up what is left, so that the fields sum up to the size. */
  fill(): void {
    for (const java of [JAVA.long, JAVA.int, JAVA.short, JAVA.byte]) {
      for (; this.#left >= JAVA_SIZE[java]!; this.#left -= JAVA_SIZE[java]!) this.#put('(unused)', java);
    }
  }
  #put(name: string, java: number): number {
    const position = this.position;
    this.list.push({name, java});
    this.position += this.#classes.javaSize(java);
    return position;
  }
}

/** How many names of cut fields are spelled out. */
const NAMES_SHOWN = 8;

/** The static field, where there is something to say. */
export function cutField(names: readonly string[], bytes: Bytes): StaticField[] {
  if (bytes === 0) return [];
  const more = names.length > NAMES_SHOWN ? `, … (${names.length})` : '';
  return [{name: `(cut) ${names.slice(0, NAMES_SHOWN).join(', ')}${more}`, java: JAVA.int, value: bytes}];
}
