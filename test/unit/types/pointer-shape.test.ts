/** What each word of a value claims. */
import {describe, expect, test} from 'vitest';
import {KIND} from '../../../src/runtime/types/kinds.js';
import {CLAIM} from '../../../src/types/catalog/claim.js';
import {PointerShapes} from '../../../src/types/catalog/pointer-shape.js';
import {EMPTY_DESCRIPTION, type TypeDescription} from '../../../src/types/catalog/type-description.js';
import {TypeStore} from '../../../src/types/catalog/type-store.js';

class Types {
  readonly store = new TypeStore();
  readonly shapes = new PointerShapes(this.store);
  readonly int = this.add({kind: KIND.int, size: 8, name: 'int'});

  add(parts: Partial<TypeDescription>): number {
    return this.store.define({...EMPTY_DESCRIPTION, ...parts});
  }
  pointer(element: number): number {
    return this.add({kind: KIND.pointer, size: 8, element});
  }
  /** Fields of whole words, one behind the other. */
  struct(name: string, ...fields: readonly (readonly [string, number])[]): number {
    let size = 0;
    const described = fields.map(([fieldName, type]) => {
      const offset = size;
      size += this.store.describe(type).size;
      return {name: fieldName, offset, type, embedded: false};
    });
    return this.add({kind: KIND.struct, name, size, fields: described});
  }
  array(element: number, length: number): number {
    return this.add({kind: KIND.array, size: this.store.describe(element).size * length, element, length});
  }
  /** Per word `-` or the claim's name and its target's. */
  shape(row: number): string[] {
    this.shapes.prepare(row);
    const names = Object.entries(CLAIM);
    return Array.from({length: this.shapes.words[row]!}, (_, word) => {
      const entry = this.shapes.find(row, word);
      const claim = this.shapes.claim.data[entry]!;
      const target = this.store.nameOf(this.shapes.target.data[entry]!);
      return claim === CLAIM.none ? '-' : `${names.find(([, value]) => value === claim)![0]} ${target}`.trim();
    });
  }
}

describe('words of a value', () => {
  test('every kind of pointer', () => {
    const types = new Types();
    const row = types.struct(
      'main.All',
      ['p', types.pointer(types.int)],
      ['n', types.int],
      ['slice', types.add({kind: KIND.slice, size: 24, element: types.int})],
      ['text', types.add({kind: KIND.string, size: 16, name: 'string'})],
      ['any', types.add({kind: KIND.interface, size: 16, name: 'any'})],
      ['unsafe', types.add({kind: KIND.unsafePointer, size: 8, name: 'unsafe.Pointer'})],
      ['function', types.add({kind: KIND.func, size: 8, name: 'func()'})],
      ['map', types.add({kind: KIND.map, size: 8})],
    );
    const expected = ['single int', '-', 'cap int', '-', '-', 'len uint8', '-', '-', 'interface', 'opaque', 'closure', 'opaque'];
    expect(types.shape(row)).toEqual(expected);
    expect(types.shapes.pointerWords[row]).toBe(7);
    expect(types.shapes.counted[row]).toBe(1);
  });

  test('arrays repeat, structs nest, and a type that points to itself ends', () => {
    const types = new Types();
    const self = types.store.count + 1;
    const node = types.struct('main.Node', ['next', types.pointer(self)], ['n', types.int]);
    expect(node).toBe(self);
    expect(types.shape(types.struct('main.Outer', ['n', types.int], ['nodes', types.array(node, 2)]))).toEqual([
      '-',
      'single main.Node',
      '-',
      'single main.Node',
      '-',
    ]);
  });

  test('large types are descended into', () => {
    const types = new Types();
    const pair = types.struct('main.Pair', ['n', types.int], ['p', types.pointer(types.int)]);
    const row = types.struct(
      'main.Huge',
      ['n', types.int],
      ['pairs', types.array(pair, 5000)],
      ['empty', types.array(types.int, 0)],
      ['last', types.pointer(pair)],
    );
    types.shapes.prepare(row);
    const claims = [0, 1, 2, 9999, 10_000, 10_001].map((word) => types.shapes.claim.data[types.shapes.find(row, word)]);
    expect(claims).toEqual([CLAIM.none, CLAIM.none, CLAIM.single, CLAIM.none, CLAIM.single, CLAIM.single]);
    expect(types.shapes.pointerWords[row]).toBe(5001);
  });

  test('a type that contains itself is damaged and has no pointers of its own', () => {
    const types = new Types();
    const self = types.store.count;
    const row = types.add({kind: KIND.struct, name: 'main.Bad', size: 16, fields: [{name: 'a', offset: 0, type: self, embedded: false}]});
    expect(types.shape(row)).toEqual(['-', '-']);
  });
});

describe("the runtime's own structures", () => {
  test('pointers to what is never on the heap are not scanned', () => {
    const types = new Types();
    const marker = types.struct('internal/runtime/sys.nih');
    const notInHeap = types.struct('internal/runtime/sys.NotInHeap', ['_', marker]);
    const span = types.struct('runtime.mspan', ['_', notInHeap], ['next', types.int]);
    const row = types.struct('runtime.holder', ['span', types.pointer(span)], ['p', types.pointer(types.int)]);
    expect(types.shape(row)).toEqual(['-', 'single int']);
    expect(types.shapes.pointerWords[row]).toBe(1);
  });

  test("a map's directory may be its only group", () => {
    const types = new Types();
    const group = types.struct('map.group[int]int', ['ctrl', types.int], ['slots', types.array(types.int, 16)]);
    const groups = types.struct('groupReference<int,int>', ['data', types.pointer(group)], ['lengthMask', types.int]);
    const table = types.struct('table<int,int>', ['used', types.int], ['groups', groups]);
    const map = types.struct('map<int,int>', ['used', types.int], ['dirPtr', types.pointer(types.pointer(table))], ['dirLen', types.int]);
    expect(types.shape(table)).toEqual(['-', 'mask map.group[int]int', '-']);
    expect(types.shape(map)).toEqual(['-', 'directory *table<int,int>', '-']);
    expect(types.shapes.group.get(types.shapes.find(map, 1))).toBe(group);
  });

  test('an overflow word is a pointer only where the bucket has others', () => {
    const types = new Types();
    const bucket = (element: number) =>
      types.struct(`bucket<int,${element}>`, ['keys', types.int], ['elems', element], ['overflow', types.pointer(types.store.count + 1)]);
    const scalar = bucket(types.int);
    const pointers = bucket(types.pointer(types.int));
    expect(types.shape(scalar)).toEqual(['-', '-', '-']);
    expect(types.shape(pointers).map((word) => word.split(' ')[0])).toEqual(['-', 'single', 'single']);
    const hash = types.struct(
      'hash<int,int>',
      ['count', types.int],
      ['B', types.int],
      ['buckets', types.pointer(pointers)],
      ['oldbuckets', types.pointer(pointers)],
    );
    expect(types.shape(hash).map((word) => word.split(' ')[0])).toEqual(['-', '-', 'buckets', 'oldBuckets']);
  });

  test('overflow buckets hang on lists that know what buckets they are', () => {
    const types = new Types();
    const overflow = types.pointer(types.store.count + 2);
    const bucket = types.struct('bucket<int,int>', ['keys', types.int], ['elems', types.int], ['overflow', overflow]);
    const head = types.struct('runtime.bmap', ['tophash', types.int]);
    const list = types.pointer(types.add({kind: KIND.slice, size: 24, element: types.pointer(head)}));
    const extra = types.struct('runtime.mapextra', ['overflow', list], ['oldoverflow', list], ['nextOverflow', types.pointer(head)]);
    const hash = types.struct('hash<int,int>', ['B', types.int], ['buckets', types.pointer(bucket)], ['extra', types.pointer(extra)]);
    expect(types.shape(hash)).toEqual(['-', 'buckets bucket<int,int>', 'single mapextra<int,int>']);
    const typed = types.shapes.target.data[types.shapes.find(hash, 2)]!;
    expect(types.shape(typed)).toEqual(['single []*bucket<int,int>', 'single []*bucket<int,int>', 'single bucket<int,int>']);
  });

  test("the queue of a sync.Pool has interfaces' words", () => {
    const types = new Types();
    const pointer = types.add({kind: KIND.unsafePointer, size: 8, name: 'unsafe.Pointer'});
    expect(types.shape(types.struct('sync.eface', ['typ', pointer], ['val', pointer]))).toEqual(['opaque', 'interface']);
  });

  test('atomic.Pointer tells its target in a field without size', () => {
    const types = new Types();
    const marker = types.array(types.pointer(types.int), 0);
    const row = types.struct('sync/atomic.Pointer[int]', ['_', marker], ['v', types.add({kind: KIND.unsafePointer, size: 8})]);
    expect(types.shape(row)).toEqual(['single int']);
  });

  test('a channel leads to its elements, and may lie in memory without pointers', () => {
    const types = new Types();
    const channel = (name: string, element: number) => {
      const waiter = types.struct(`sudog<${name}>`, ['elem', types.pointer(element)]);
      const queue = types.struct(`waitq<${name}>`, ['first', types.pointer(waiter)]);
      const buffer = types.add({kind: KIND.unsafePointer, size: 8, name: 'unsafe.Pointer'});
      return types.struct(`hchan<${name}>`, ['dataqsiz', types.int], ['buf', buffer], ['recvq', queue]);
    };
    const [numbers, pointers] = [channel('int', types.int), channel('*int', types.pointer(types.int))];
    expect(types.shape(numbers)).toEqual(['-', 'ring int', 'single sudog<int>']);
    expect(types.shape(pointers)).toEqual(['-', 'ring *int', 'single sudog<*int>']);
    expect([types.shapes.hidesPointers[numbers], types.shapes.hidesPointers[pointers]]).toEqual([1, 1]);
  });

  test('a pointer to runtime.funcval is a function value', () => {
    const types = new Types();
    expect(types.shape(types.pointer(types.struct('runtime.funcval', ['fn', types.int])))).toEqual(['closure']);
  });

  test('runtime.bmap is only the head of what lies there', () => {
    const types = new Types();
    expect(types.shape(types.pointer(types.struct('runtime.bmap', ['tophash', types.int])))).toEqual(['opaque']);
  });
});
