/**
 * The classes of a file by number: what later passes know of each – its name, the chain of its super classes, which of its references a collector does not
 * follow. Numbers are given at the first mention, because objects may come before their class.
 */
import type {ClassDump} from './walk-records.js';

/** How an object's record looked, in the lower two bits of what is kept of it; the number of its class is above these. */
export const FORM = {instance: 0, objectArray: 1, primitiveArray: 2, classObject: 3} as const;

/** The first numbers are those of arrays of primitive types, by the format's numbers of these. */
export const FIRST_CLASS = 16;
/** Every object names its class, most by a large number that a map hashes slowly. */
const NEAR = 4096;
const ALIGNMENT = 8;

export interface ClassNames {
  /** As Java writes it; undefined where the file does not say. */
  nameOfClass(id: number): string | undefined;
  /** Of a field. */
  text(id: number): string;
}

export class ClassTable {
  readonly #numbers = new Map<number, number>();
  readonly #ids: number[] = new Array(FIRST_CLASS).fill(0);
  readonly #dumps: (ClassDump | undefined)[] = new Array(FIRST_CLASS).fill(undefined);
  readonly #nearId = new Float64Array(NEAR).fill(-1); // of classes that were asked for lately, by the lower bits of their ids
  readonly #nearNumber = new Uint32Array(NEAR);

  get count(): number {
    return this.#ids.length;
  }

  numberOf(id: number): number {
    const near = (id / ALIGNMENT) & (NEAR - 1);
    if (this.#nearId[near] === id) return this.#nearNumber[near]!;
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.#ids.length;
      this.#numbers.set(id, number);
      this.#ids.push(id);
      this.#dumps.push(undefined);
    }
    this.#nearId[near] = id;
    this.#nearNumber[near] = number;
    return number;
  }
  find(id: number): number | undefined {
    return this.#numbers.get(id);
  }
  idOf(number: number): number {
    return this.#ids[number]!;
  }
  dumpOf(number: number): ClassDump | undefined {
    return this.#dumps[number];
  }

  /** The first of several with one id counts. */
  add(dump: ClassDump): void {
    const number = this.numberOf(dump.id);
    this.#dumps[number] ??= dump;
  }

  /** The class and those above it, itself first. A chain that leads in a circle ends where it would begin anew. */
  *chain(number: number): Generator<ClassDump> {
    const met = new Set<ClassDump>();
    let dump = this.#dumps[number];
    while (dump && !met.has(dump)) {
      met.add(dump);
      yield dump;
      const above = this.#numbers.get(dump.superId);
      dump = above === undefined ? undefined : this.#dumps[above];
    }
  }
  /** All that have a dump. */
  *numbers(): Generator<number> {
    for (let number = FIRST_CLASS; number < this.#ids.length; number++) if (this.#dumps[number]) yield number;
  }
}

/** `[Ljava/lang/String;` → `java.lang.String[]`, `[[I` → `int[][]`; what is no descriptor of an array stays as it is, with dots. */
export function javaName(binaryName: string): string {
  const name = binaryName.replace(HIDDEN, '');
  const dimensions = /^\[*/.exec(name)![0].length;
  if (dimensions === 0) return name.replaceAll('/', '.');
  const rest = name.slice(dimensions);
  const primitive = PRIMITIVES[rest];
  const element = primitive ?? (/^L.*;$/.test(rest) ? rest.slice(1, -1).replaceAll('/', '.') : undefined);
  return element === undefined ? name.replaceAll('/', '.') : element + '[]'.repeat(dimensions);
}
/** Behind the name of a hidden class, as of a lambda, stands an address: another one in every run. */
const HIDDEN = /[+/]0x[0-9a-f]+$/;

const PRIMITIVES: Readonly<Record<string, string>> = {
  Z: 'boolean',
  C: 'char',
  F: 'float',
  D: 'double',
  B: 'byte',
  S: 'short',
  I: 'int',
  J: 'long',
};
