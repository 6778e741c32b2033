/**
 * Root nodes and pointers → frames of a profile: `main.cache map[string]*main.Session`, `.items[] main.Item`.
 *
 * A name is the same in every dump of a program, so that profiles can be subtracted: no addresses, goroutine numbers, indices or lengths.
 * Equal names at equal places are one frame. What no type covers has no field in its name.
 */
import {StringTable} from '../../src/base/string-table.js';
import type {Bytes, TypeIndex} from '../../src/base/units.js';
import {NONE} from '../../src/base/units.js';
import {type HeapGraph, ROOT_KINDS, type RootKind, TYPE_KINDS} from '../../src/graph/heap-graph.js';
import {findPart, selectorOf} from '../../src/values/field-path.js';
import {PairTable} from './pair-table.js';

const ARRAY = TYPE_KINDS.indexOf('array');
const NO_FIELD = 0;

export interface ProfileFrame {
  readonly name: string;
  readonly kind?: RootKind; // of the root node
  readonly type?: string; // of the object or variable
  readonly package?: string; // import path of a named type
  readonly file?: string; // of the variable's declaration, or of the go statement
  readonly line?: number;
}

export class FrameNames {
  readonly frames: ProfileFrame[] = [];
  readonly #graph: HeapGraph;
  readonly #numbers = new Map<string, number>(); // frame by name and place
  readonly #fields = new StringTable(); // texts of fields
  readonly #fieldAt = new PairTable(); // type and word → text of the field
  readonly #byField = new PairTable(); // text of the field and type → frame

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  /** The number of the frame of that name and place. */
  add(frame: ProfileFrame): number {
    const key = `${frame.name}\n${frame.file ?? ''}\n${frame.line ?? 0}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.frames.push(frame) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  /** Of an object of type `type` below a pointer at `offset` of one value of type `owner`; without an offset below no pointer in particular. */
  ofObject(type: TypeIndex, owner: TypeIndex = 0, offset?: Bytes): number {
    const field = owner === 0 || offset === undefined ? NO_FIELD : this.#fieldOf(owner, offset);
    let number = this.#byField.find(field, type);
    if (number === NONE) {
      const text = this.#fields.list()[field]!;
      const known = this.#describeType(type);
      number = this.add({...known, name: text === '' ? known.type : `${text} ${known.type}`});
      this.#byField.set(field, type, number);
    }
    return number;
  }

  /** Of a row of the root table. */
  ofRoot(row: number): number {
    const {roots, goroutines, frames, strings} = this.#graph;
    const kind = ROOT_KINDS[roots.kind[row]!] ?? 'unknown';
    const place = {kind, file: strings[roots.file[row]!]!, line: roots.line[row]!};
    const name = strings[roots.name[row]!]!;
    const type = roots.type[row]!;
    const goroutine = roots.goroutine[row]!;
    if (kind === 'goroutine' && goroutine !== NONE) {
      const entry = strings[goroutines.entryFunction[goroutine]!]!;
      const go = {kind, file: strings[goroutines.file[goroutine]!]!, line: goroutines.line[goroutine]!};
      return this.add({...go, name: entry === '' ? 'goroutine' : `goroutine ${entry}`});
    }
    const frame = roots.frame[row]!;
    const owner = frame === NONE ? '' : `${strings[frames.functionName[frame]!]!}.`;
    const called = name === '' || /^goroutine \d/.test(name) ? kind : name;
    const suffix = kind === 'local' ? ' (local)' : '';
    if (type === 0) return this.add({...place, name: owner + called + suffix});
    const known = this.#describeType(type);
    return this.add({...place, ...known, name: `${owner}${called} ${known.type}${suffix}`});
  }

  #fieldOf(owner: TypeIndex, offset: Bytes): number {
    const {types} = this.#graph;
    let type = owner;
    let at = offset;
    let prefix = '';
    for (; types.kind[type] === ARRAY && types.size[type]! > 0; prefix = '[]') type = types.element[type]!;
    if (types.size[type]! > 0) at %= types.size[type]!;
    const array = prefix === '' ? 0 : 1; // the parity of the word's number tells an array's element from a single value
    const word = (at >>> 3) * 2 + array;
    let field = this.#fieldAt.find(type, word);
    if (field === NONE) {
      const path = findPart(this.#graph, type, at)
        .path.replaceAll(/\[\d+\]/g, '[]')
        .replace(/\+0x[0-9a-f]+$/, '');
      field = this.#fields.intern(prefix + selectorOf(path));
      this.#fieldAt.set(type, word, field);
    }
    return field;
  }

  #describeType(type: TypeIndex): {readonly type: string; readonly package: string} {
    const {types} = this.#graph;
    return {type: types.name[type] || 'unknown', package: types.package[type]!};
  }
}
