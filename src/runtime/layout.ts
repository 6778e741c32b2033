/**
 * Where the fields of the runtime's structs are. The program's own DWARF is the truth (layouts change even within a
 * minor version of Go); a table per Go version can stand in for it behind the same two functions.
 */
import {GoheapError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';

export interface Layout {
  readonly name: string;
  readonly size: Bytes;
  /** Throws `unsupported` that names the struct, the field and the Go version. */
  offsetOf(field: string): Bytes;
  /** The offset, or undefined when this Go version has no such field. */
  findOffset(field: string): Bytes | undefined;
  /** Size of the field, which changed between versions for some. Throws as `offsetOf` does. */
  sizeOf(field: string): Bytes;
}

export interface FieldPlace {
  readonly offset: Bytes;
  readonly size: Bytes;
}
export interface StructPlaces {
  readonly size: Bytes;
  readonly fields: ReadonlyMap<string, FieldPlace>;
}
/** What `Layouts` needs from DWARF or from a table. */
export interface LayoutSource {
  structLayout(name: string): StructPlaces | undefined;
}

export class Layouts {
  readonly #source: LayoutSource;
  readonly #goVersion: string;
  readonly #known = new Map<string, Layout | undefined>();

  constructor(source: LayoutSource, goVersion: string) {
    this.#source = source;
    this.#goVersion = goVersion;
  }

  /** The first of the names that this Go version has: structs were renamed and moved. Throws `unsupported` when it has none. */
  get(...names: readonly string[]): Layout {
    const layout = this.find(...names);
    if (!layout) throw this.#missing(`the struct ${names.join(' or ')}`);
    return layout;
  }

  find(...names: readonly string[]): Layout | undefined {
    for (const name of names) {
      if (!this.#known.has(name)) this.#known.set(name, this.#read(name));
      const layout = this.#known.get(name);
      if (layout) return layout;
    }
    return undefined;
  }

  #read(name: string): Layout | undefined {
    const found = this.#source.structLayout(name);
    if (!found) return undefined;
    const place = (field: string): FieldPlace => {
      const known = found.fields.get(field);
      if (!known) throw this.#missing(`the field ${name}.${field}`);
      return known;
    };
    return {
      name,
      size: found.size,
      findOffset: (field) => found.fields.get(field)?.offset,
      offsetOf: (field) => place(field).offset,
      sizeOf: (field) => place(field).size,
    };
  }

  #missing(what: string): GoheapError {
    return new GoheapError('unsupported', `${this.#goVersion}: nothing tells the layout of ${what}`, {
      hint: 'Its debug information lacks it, or goheap has no table of it. Give an unstripped build of the program with --debug-file.',
    });
  }
}
