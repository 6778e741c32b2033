/**
 * The runtime's structures of maps and channels know nothing of keys and elements; the program's types know them. An object that must be
 * such a structure → the version of it for its map or channel type, told by the type of the map's groups or buckets, or by the
 * channel's own word (runtime.hchan.elemtype). Truth: internal/runtime/maps, runtime/map.go, runtime/chan.go, Go 1.17 – 1.27.
 */
import type {ObjectIndex, TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {ObjectWords} from '../evidence/object-words.js';
import type {ValueCheckInput} from '../evidence/value-check.js';

type StandInsInput = Pick<ValueCheckInput, 'shapes' | 'known'>;

export class StandIns {
  readonly #input: StandInsInput;
  readonly #words: ObjectWords;
  readonly #mapOfInside = new Map<TypeIndex, TypeIndex>(); // group or bucket → structure of the map
  readonly #bucketOf = new Map<TypeIndex, TypeIndex>(); // the runtime's type of a bucket → the one that knows what overflow leads to
  readonly #channelOf = new Map<TypeIndex, TypeIndex>(); // element → structure of the channel

  constructor(input: StandInsInput, words: ObjectWords) {
    this.#input = input;
    this.#words = words;
    const {store} = input.shapes;
    const {addresses, insides} = store.runtimeTypes();
    for (const address of addresses) {
      const {kind, element, header} = store.describe(store.rowOfAddress(address));
      if (kind === KIND.chan && header !== 0) this.#channelOf.set(element, header);
    }
    for (const [inside, map] of insides) {
      const {header} = store.describe(store.rowOfAddress(map));
      if (header !== 0) this.#addMap(store.rowOfAddress(inside), header);
    }
  }

  /** The version of the structure that the object holds; 0 when nothing tells; any other type is its own. */
  specialize(object: ObjectIndex, structure: TypeIndex): TypeIndex {
    const {store, isGeneric} = this.#input.shapes;
    switch (store.describe(structure).name) {
      case 'runtime.hchan': {
        const element = this.#words.wordAt(object, this.#offsetOf(structure, 'elemtype'));
        return this.#channelOf.get(store.rowOfLikelyType(element)) ?? 0;
      }
      case 'runtime.hmap':
        return this.#mapBehind(this.#words.targetAt(object, this.#offsetOf(structure, 'buckets')));
      case 'internal/runtime/maps.table': {
        const map = this.#mapBehind(this.#groupsOf(object, structure));
        return map === 0 ? 0 : this.#tableOf(map);
      }
      case 'internal/runtime/maps.Map':
        return this.#mapOfGroups(object, structure);
      default:
        return isGeneric[structure] === 1 ? 0 : structure;
    }
  }

  /** The type itself; of a map's buckets the one that knows what their overflow word leads to. */
  withOverflow(type: TypeIndex): TypeIndex {
    const bucket = this.#bucketOf.get(type) ?? type;
    this.#input.shapes.prepare(bucket);
    return bucket;
  }

  #addMap(inside: TypeIndex, map: TypeIndex): void {
    const {store} = this.#input.shapes;
    this.#mapOfInside.set(inside, map);
    const buckets = store.describe(map).fields.find((field) => field.name === 'buckets');
    if (!buckets) return;
    const bucket = store.describe(buckets.type).element;
    this.#bucketOf.set(inside, bucket);
    this.#mapOfInside.set(bucket, map);
  }

  /** A small map has one group; others a directory of tables, which have groups. */
  #mapOfGroups(object: ObjectIndex, structure: TypeIndex): TypeIndex {
    const inside = this.#words.targetAt(object, this.#offsetOf(structure, 'dirPtr'));
    const map = this.#mapBehind(inside);
    const table = this.#input.shapes.store.findNamed('internal/runtime/maps.table');
    if (map !== 0 || inside === undefined || table === undefined) return map;
    const first = this.#words.targetAt(inside, 0);
    return first === undefined ? 0 : this.#mapBehind(this.#groupsOf(first, table));
  }

  #groupsOf(object: ObjectIndex, table: TypeIndex): ObjectIndex | undefined {
    return this.#words.targetAt(object, this.#offsetOf(table, 'groups'));
  }

  #mapBehind(inside: ObjectIndex | undefined): TypeIndex {
    return inside === undefined ? 0 : (this.#mapOfInside.get(this.#input.known(inside)) ?? 0);
  }

  /** map<K,V>.dirPtr is a **table<K,V>. */
  #tableOf(map: TypeIndex): TypeIndex {
    const {store} = this.#input.shapes;
    const directory = store.describe(map).fields.find((field) => field.name === 'dirPtr');
    return directory ? store.describe(store.describe(directory.type).element).element : 0;
  }

  #offsetOf(structure: TypeIndex, field: string): number {
    return this.#input.shapes.store.describe(structure).fields.find(({name}) => name === field)?.offset ?? Number.NaN;
  }
}
