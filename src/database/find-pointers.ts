/**
 * A path as a user writes it or `goheap top` prints it (`main.reg.lru`, `main.srv.sessions[…].Data`, `c.subs[3] in main.serve`) → the pointers that
 * its last step stands for, found by going along it from its variables. An index means that element, `[…]` all of them; maps, interfaces and channels
 * are passed through as in all paths. A part that has several pointers stands for all of them.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import type {Work} from '../base/progress.js';
import {remember} from '../base/remember.js';
import {TYPE_KINDS, type TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {ANY, nameAnyWord, nameWord} from '../values/word-names.js';
import type {PointerColumns} from './cut-pointers.js';
import {liveOfTypes} from './find-live.js';
import {countPointers} from './marked-cuts.js';
import {eachPointer, type NodeShape, readShapes} from './pointer-scan.js';

/** `within`: '' for package-level variables, else the function whose locals are meant. Longest names first. */
const ROOTS = `SELECT r.id, length(r.name) AS length FROM roots r LEFT JOIN frames f ON f.id = r.frame_id LEFT JOIN goroutines g ON g.id = r.goroutine_id
  WHERE r.name > '' AND substr(:text, 1, length(r.name)) = r.name
    AND iif(:within = '', r.kind IN ('global', 'static'), r.kind = 'local' AND coalesce(f.function, g.function) = :within)
  ORDER BY length(r.name) DESC, r.id`;
const HIGHEST = 'SELECT max((SELECT coalesce(max(id), 0) FROM objects), (SELECT coalesce(max(id), 0) FROM roots)) AS highest';

/** Nodes that a path has come to in one way, and what is left of the path. */
interface Stage {
  readonly nodes: Uint32Array; // ascending, each once
  readonly rest: string;
  readonly leadsToElements: boolean; // the pointers to them
  readonly targetOffset: number; // where in their slots these lead
}
export interface PathPointers {
  readonly pointers: PointerColumns;
  readonly targets: Uint32Array; // theirs, in their order
  /** They lie in the part that the path ends at, which is none of them itself. */
  readonly areInside: boolean;
}

const ARRAY = TYPE_KINDS.indexOf('array');

/** None when it leads nowhere. Rejects with `signal.reason` when aborted. */
export async function findPointers(database: SqlDatabase, types: TypeTable, text: string, work: Work): Promise<PathPointers> {
  const [, path, within = ''] = /^(.*?)(?: in (.+))?$/s.exec(text)!;
  const [{highest}] = (await database.rows<{highest: number}>(HIGHEST)) as [{highest: number}];
  const found = new PathFollower(database, types, {nodes: highest + 1, room: await countPointers(database)}, work);
  let shortest = 0;
  for (const {id, length} of await database.rows<{id: number; length: number}>(ROOTS, {text: path!, within})) {
    if (found.hasAny && length < shortest) break; // the longest name that leads somewhere
    shortest = length;
    await found.follow({nodes: Uint32Array.of(id), rest: path!.slice(length), leadsToElements: false, targetOffset: 0});
  }
  return found.finish();
}

/** What words of nodes of one shape say to a path. */
interface Answer {
  readonly isEnd: boolean;
  readonly isInside: boolean;
  readonly goesOn: readonly {readonly rest: string; readonly leadsToElements: boolean}[];
}

class PathFollower {
  readonly #database: SqlDatabase;
  readonly #types: TypeTable;
  readonly #nodes: number; // one more than the highest id
  readonly #work: Work;
  readonly #seen = new Map<string, Uint8Array>(); // bit per node: where a rest of the path was followed
  readonly #room: number;
  #ends = new PointerList(0);
  #inside = new PointerList(0);

  constructor(database: SqlDatabase, types: TypeTable, {nodes, room}: {nodes: number; room: number}, work: Work) {
    this.#room = room;
    this.#database = database;
    this.#types = types;
    this.#nodes = nodes;
    this.#work = work;
  }

  get hasAny(): boolean {
    return this.#ends.length + this.#inside.length > 0;
  }

  async follow(root: Stage): Promise<void> {
    const [ends, inside] = [this.#ends, this.#inside];
    [this.#ends, this.#inside] = [new PointerList(this.#room), new PointerList(this.#room)];
    for (let stages = [root]; stages.length > 0; ) {
      const next: Stage[] = [];
      for (const stage of stages) next.push(...(await this.#step(stage)));
      stages = next;
    }
    this.#inside = this.#ends.length === 0 ? inside.join(this.#inside) : inside;
    this.#ends = ends.join(this.#ends);
  }

  finish(): PathPointers {
    const areInside = this.#ends.length === 0;
    return {...(areInside ? this.#inside : this.#ends).finish(), areInside};
  }

  /** One pointer further. */
  async #step(stage: Stage): Promise<Stage[]> {
    const {nodes} = stage;
    const {shapes, shapeOf} = await readShapes(this.#database, nodes, this.#work);
    const words = shapes.map((shape) => new StageWords(this.#types, stage, shape));
    const next = new Map<string, Omit<Stage, 'nodes'> & {readonly found: Column<Uint32Array>}>();
    await eachPointer(
      this.#database,
      nodes,
      (position, offset, target, targetOffset) => {
        const answer = words[shapeOf[position]!]!.at(offset);
        if (answer === undefined) return;
        if (answer.isEnd) this.#ends.push(nodes[position]!, offset, target);
        if (answer.isInside) this.#inside.push(nodes[position]!, offset, target);
        for (const {rest: left, leadsToElements} of answer.goesOn) {
          const seen = remember(this.#seen, left, () => createBitset(this.#nodes));
          if (getBit(seen, target)) continue;
          setBit(seen, target);
          const key = `${left} ${leadsToElements} ${targetOffset}`;
          remember(next, key, () => ({rest: left, leadsToElements, targetOffset, found: new Column(Uint32Array, 16)})).found.push(target);
        }
      },
      this.#work,
    );
    return [...next.values()].map(({found, ...each}) => ({...each, nodes: found.finish().sort()}));
  }
}

const NOTHING: readonly never[] = [];
const INSIDE: Answer = {isEnd: false, isInside: true, goesOn: NOTHING};

/** The words of nodes of one shape, of which each is named once, however many nodes there are. */
class StageWords {
  readonly #types: TypeTable;
  readonly #stage: Stage;
  readonly #shape: NodeShape;
  readonly #size: number;
  readonly #isElement: boolean;
  readonly #isNumbered: boolean; // the rest of the path has an index: then an element's own name counts as well
  readonly #known = new Map<number, Answer | undefined>(); // by offset in a value
  // Where in the slot the pointers are by which the path can go on: in an element that is named by its number, else anywhere.
  #from = 0;
  #to = Number.POSITIVE_INFINITY;

  constructor(types: TypeTable, stage: Stage, shape: NodeShape) {
    this.#types = types;
    this.#stage = stage;
    this.#shape = shape;
    this.#size = types.size[shape.type]!;
    this.#isElement = stage.leadsToElements || shape.isLong;
    this.#isNumbered = /\[\d/.test(stage.rest);
    if (/^\[\d+\]/.test(stage.rest)) this.#narrow();
  }

  /** What the pointer at an offset of the slot says; undefined where the path does not come by. */
  at(offset: number): Answer | undefined {
    if (offset < this.#from || offset >= this.#to) return undefined;
    if (this.#stage.rest === '') return INSIDE;
    const place = offset - this.#shape.header;
    if (this.#isNumbered) return this.#answer(this.#namesOf(place));
    const inside = this.#size > 0 ? place % this.#size : 0;
    if (!this.#known.has(inside)) this.#known.set(inside, this.#answer([this.#nameOfAny(inside)]));
    return this.#known.get(inside);
  }

  #narrow(): void {
    const {type, header} = this.#shape;
    const types = this.#types;
    const element = this.#isElement ? type : types.kind[type] === ARRAY ? types.element[type]! : 0;
    const size = types.size[element]!;
    if (element === 0 || size === 0 || !nameAnyWord(types, type, 0, this.#isElement).text.startsWith(ANY)) return;
    this.#from = header + size * Number.parseInt(this.#stage.rest.slice(1), 10);
    this.#to = this.#from + size;
  }

  #nameOfAny(place: number) {
    return nameAnyWord(this.#types, this.#shape.type, place, this.#isElement, this.#enteredAt());
  }
  /** What a path that ends with the pointer may end with: with its index, and with `[…]`. */
  #namesOf(place: number) {
    const any = this.#nameOfAny(place);
    if (!any.text.includes('[')) return [any];
    const word = {type: this.#shape.type, offset: place, isElement: this.#isElement, from: this.#enteredAt()};
    return [any, nameWord(this.#types, word)];
  }
  #enteredAt(): number {
    return this.#isElement ? 0 : this.#stage.targetOffset - this.#shape.header;
  }

  #answer(names: readonly {readonly text: string; readonly leadsToElements: boolean}[]): Answer | undefined {
    const {rest} = this.#stage;
    const isEnd = names.some(({text}) => text === rest);
    const isInside = !isEnd && names.some(({text}) => goesOn(text, rest));
    const on = names.filter(({text}) => text !== rest && !goesOn(text, rest) && (text === '' || goesOn(rest, text)));
    if (!isEnd && !isInside && on.length === 0) return undefined;
    return {isEnd, isInside, goesOn: on.map(({text, leadsToElements}) => ({rest: rest.slice(text.length), leadsToElements}))};
  }
}

/** Whether a path goes on behind a part of it. */
function goesOn(path: string, part: string): boolean {
  return path.startsWith(part) && /^[.[‹]/.test(path.slice(part.length));
}

const HIGHEST_OFFSET = 2 ** 32 - 1;

/** Pointers as they are found. */
class PointerList {
  readonly #source: Column<Uint32Array>;
  #offset: Column<Uint32Array> | Column<Float64Array>; // of the second kind when one does not fit
  readonly #target: Column<Uint32Array>;

  /** `room` that is not needed takes no memory. */
  constructor(room: number) {
    this.#source = new Column(Uint32Array, room);
    this.#offset = new Column(Uint32Array, room);
    this.#target = new Column(Uint32Array, room);
  }

  get length(): number {
    return this.#source.length;
  }
  push(source: number, offset: number, target: number): void {
    if (offset > HIGHEST_OFFSET && this.#offset.data instanceof Uint32Array) this.#widen();
    this.#source.push(source);
    this.#offset.push(offset);
    this.#target.push(target);
  }
  #widen(): void {
    const wide = new Column(Float64Array, 16);
    wide.append(this.#offset.finish());
    this.#offset = wide;
  }
  /** This list with the other one's behind it; the other one where this one has none. */
  join(list: PointerList): PointerList {
    if (this.length === 0) return list;
    this.#source.append(list.#source.finish());
    if (list.#offset.data instanceof Float64Array) this.#widen();
    this.#offset.append(list.#offset.finish());
    this.#target.append(list.#target.finish());
    return this;
  }
  /** Sorted, each once. */
  finish(): Pick<PathPointers, 'pointers' | 'targets'> {
    const [source, offset, target] = [valuesOf(this.#source), valuesOf<Uint32Array | Float64Array>(this.#offset), valuesOf(this.#target)];
    const follows = (at: number) =>
      at === 0 || source[at - 1]! < source[at]! || (source[at - 1] === source[at] && offset[at - 1]! < offset[at]!);
    let isSorted = true;
    for (let at = 0; isSorted && at < source.length; at++) isSorted = follows(at);
    if (isSorted) return {pointers: {length: source.length, source, offset}, targets: target};
    const order = Array.from(source.keys()).sort((a, b) => source[a]! - source[b]! || offset[a]! - offset[b]!);
    const once = order.filter(
      (at, index) => index === 0 || source[at] !== source[order[index - 1]!] || offset[at] !== offset[order[index - 1]!],
    );
    return {
      pointers: {
        length: once.length,
        source: Uint32Array.from(once, (at) => source[at]!),
        offset: Float64Array.from(once, (at) => offset[at]!),
      },
      targets: Uint32Array.from(once, (at) => target[at]!),
    };
  }
}

/** In place: a copy of millions would be there beside them. */
function valuesOf<T extends Uint32Array | Float64Array>({data, length}: {readonly data: T; readonly length: number}): T {
  return data.subarray(0, length) as T;
}

const ROOTS_OF_TYPE = 'SELECT id FROM roots WHERE type_id = :type ORDER BY id';

/** `main.Store.sessions`, also with `[…]` behind it: the pointers in that field of all values of the type; none when no type has such a field. Rejects with `signal.reason` when aborted. */
export async function findFieldPointers(database: SqlDatabase, types: TypeTable, text: string, work: Work): Promise<PointerColumns> {
  const [path] = /^[^‹]*?(?=(?:\[…\]|‹.*)*$)/.exec(text)!;
  const found = new PointerList(await countPointers(database));
  for (const [type, name] of types.name.entries()) {
    const size = types.size[type]!;
    if (type === 0 || size === 0 || !goesOn(path, name)) continue;
    const isField = (place: string) => place === path.slice(name.length) || goesOn(place, path.slice(name.length));
    const isWanted = Array.from({length: Math.ceil(size / 4)}, (_, word) => isField(nameAnyWord(types, type, word * 4, false).text));
    if (!isWanted.includes(true)) continue;
    const roots = (await database.rows<{id: number}>(ROOTS_OF_TYPE, {type})).map(({id}) => id);
    for (const nodes of [Uint32Array.from(roots), Uint32Array.from(await liveOfTypes(database, [type])).sort()]) {
      const {shapes, shapeOf} = await readShapes(database, nodes, work);
      const headers = shapes.map(({header}) => header);
      const take = (position: number, offset: number, target: number) => {
        const inside = (offset - headers[shapeOf[position]!]!) % size;
        if (inside % 4 === 0 && isWanted[inside / 4]) found.push(nodes[position]!, offset, target);
      };
      await eachPointer(database, nodes, take, work);
    }
  }
  return found.finish().pointers;
}
