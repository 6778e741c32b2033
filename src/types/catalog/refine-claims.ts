/**
 * Structures of the runtime and of package sync whose pointers say more than the types of their fields: a map's directory, groups and buckets, a
 * channel's buffer, an atomic pointer. Their claims are refined after those of the fields were written.
 * Truth: Go 1.24's map<K,V>, table<K,V> and groupReference<K,V> (internal/runtime/maps), Go 1.23's hash<K,V> and bucket<K,V>
 * (runtime/map.go), hchan<T>, as the linker names them.
 */
import type {TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import {opaquePointersOf} from '../../runtime/types/opaque-pointers.js';
import {CLAIM, type ClaimPool} from './claim.js';
import {EMPTY_DESCRIPTION, type TypeDescription} from './type-description.js';
import type {TypeStore} from './type-store.js';

export class ClaimRefiner {
  readonly #store: TypeStore;
  readonly #pool: ClaimPool;
  readonly #extra = new Map<TypeIndex, TypeIndex>(); // by type of bucket

  constructor(store: TypeStore, pool: ClaimPool) {
    this.#store = store;
    this.#pool = pool;
  }

  /** For a value of the type whose words are pool entries [at, end), claims of its fields' types written already. */
  refine(type: TypeDescription, at: number, end: number): void {
    this.#refineStructure(type, at, end);
    this.#refineOpaque(type, at, end);
  }

  #refineStructure(type: TypeDescription, at: number, end: number): void {
    const entryOf = (name: string): number => {
      const field = type.fields.find((candidate) => candidate.name === name);
      const entry = field === undefined || field.offset % 8 !== 0 ? end : at + field.offset / 8;
      return entry < end && this.#pool.claim.data[entry] === CLAIM.single ? entry : 0;
    };
    if (type.name.startsWith('map<')) {
      const entry = entryOf('dirPtr');
      const group = entry === 0 ? 0 : this.#groupOf(this.#pool.target.data[entry]!);
      if (group !== 0) {
        this.#pool.set(entry, CLAIM.directory, this.#pool.target.data[entry]!);
        this.#pool.group.set(entry, group);
      }
    } else if (type.name.startsWith('groupReference<')) {
      const entry = entryOf('data');
      if (entry !== 0) this.#pool.claim.data[entry] = CLAIM.mask;
    } else if (type.name.startsWith('hash<')) {
      const buckets = entryOf('buckets');
      const old = entryOf('oldbuckets');
      if (buckets !== 0) this.#pool.claim.data[buckets] = CLAIM.buckets;
      if (old !== 0) this.#pool.claim.data[old] = CLAIM.oldBuckets;
      const extra = entryOf('extra');
      if (buckets !== 0 && extra !== 0)
        this.#pool.set(extra, CLAIM.single, this.#extraOf(this.#pool.target.data[extra]!, this.#pool.target.data[buckets]!));
    } else if (type.name.startsWith('hchan<')) {
      const element = elementOfChannel(type, this.#store);
      const buffer = type.fields.find(({name}) => name === 'buf');
      if (element !== undefined && buffer && at + buffer.offset / 8 < end) this.#pool.set(at + buffer.offset / 8, CLAIM.ring, element);
    } else if (type.name.startsWith('sync/atomic.Pointer[')) this.#refineAtomicPointer(type, at, end);
  }

  /** atomic.Pointer[T] is a [0]*T and an unsafe.Pointer. */
  #refineAtomicPointer(type: TypeDescription, at: number, end: number): void {
    const marker = type.fields[0] && this.#store.describe(type.fields[0].type);
    const pointer = marker?.kind === KIND.array ? this.#store.describe(marker.element) : undefined;
    const field = type.fields.find((candidate) => this.#store.describe(candidate.type).kind === KIND.unsafePointer);
    if (pointer?.kind !== KIND.pointer || !field || at + field.offset / 8 >= end) return;
    this.#pool.set(at + field.offset / 8, CLAIM.single, pointer.element);
  }

  /** Pointers of which something else than their type tells. */
  #refineOpaque(type: TypeDescription, at: number, end: number): void {
    for (const [name, {target, counted}] of Object.entries(opaquePointersOf(type.name))) {
      const field = type.fields.find((candidate) => candidate.name === name);
      if (!field || at + field.offset / 8 >= end) continue;
      const row = this.#store.rowOfName(target);
      if (target === '') this.#pool.set(at + field.offset / 8, CLAIM.interface, 0);
      else if (row !== 0) this.#pool.set(at + field.offset / 8, counted ? CLAIM.len : CLAIM.single, row);
    }
  }

  /** From *table<K,V> by table.groups.data to the type of a group; 0 when a step is missing. */
  #groupOf(tablePointer: TypeIndex): TypeIndex {
    const table = this.#store.describe(this.#store.describe(tablePointer).element);
    const groups = table.fields.find((field) => field.name === 'groups');
    const data = groups && this.#store.describe(groups.type).fields.find((field) => field.name === 'data');
    return data ? this.#store.describe(data.type).element : 0;
  }

  /** The list of a map's overflow buckets, which says only `*[]*bmap`, in a version that knows what buckets they are. */
  #extraOf(extra: TypeIndex, bucket: TypeIndex): TypeIndex {
    let row = this.#extra.get(bucket);
    if (row === undefined) {
      const type = this.#store.describe(extra);
      const next = this.#store.define({...EMPTY_DESCRIPTION, kind: KIND.pointer, size: 8, element: bucket});
      const slice = this.#store.define({...EMPTY_DESCRIPTION, kind: KIND.slice, size: 24, element: next});
      const list = this.#store.define({...EMPTY_DESCRIPTION, kind: KIND.pointer, size: 8, element: slice});
      const fields = type.fields.map((field) => ({...field, type: field.name === 'nextOverflow' ? next : list}));
      const name = this.#store.describe(bucket).name.replace(/^bucket/, 'mapextra');
      row = this.#store.define({...type, name, package: '', runtimeAddress: Number.NaN, fields});
      this.#extra.set(bucket, row);
    }
    return row;
  }
}

/** From hchan<T> by recvq.first.elem to T; undefined for other types, and when a step is missing. */
function elementOfChannel(channel: TypeDescription, store: TypeStore): TypeIndex | undefined {
  const part = (type: TypeDescription, name: string) => {
    const field = type.fields.find((candidate) => candidate.name === name);
    return field && store.describe(field.type);
  };
  const waiter = part(part(channel, 'recvq') ?? EMPTY_DESCRIPTION, 'first');
  const element = waiter && part(store.describe(waiter.element), 'elem');
  return element?.kind === KIND.pointer ? element.element : undefined;
}
