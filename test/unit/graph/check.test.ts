/** Every invariant that checkGraph knows is broken once here. */
import {describe, expect, test} from 'vitest';
import {isGoheapError} from '../../../src/base/errors.js';
import {checkGraph} from '../../../src/graph/check.js';
import {freezeGraph} from '../../../src/graph/freeze.js';
import type {HeapGraph} from '../../../src/graph/heap-graph.js';
import {graphFromText} from '../../kit/graph-from-text.js';

const sound = graphFromText(`
  type main.T 24 next@0:*main.T name@8:string
  global main.x : main.T -> a 16=b
  goroutine 7 -> b; local y in 7 -> c:8
  finalizer f -> d
  a : main.T x2 size=48 -> b 24=!c:8
  b : 64; c : 64 header=8
`);
type Table = 'spans' | 'objects' | 'roots' | 'edges' | 'types' | 'goroutines' | 'frames' | 'itabs';

/** The sound graph with row `row` of a column replaced; no row: with another column. */
function broken(table: Table, column: string, row: number | undefined, value: unknown): HeapGraph {
  const columns = sound[table] as unknown as Record<string, ArrayLike<number> & {slice(): number[]}>;
  let replaced: unknown = value;
  if (row !== undefined) {
    const copy = columns[column]!.slice();
    copy[row] = value as number;
    replaced = copy;
  }
  return {...sound, [table]: {...columns, [column]: replaced}} as HeapGraph;
}

const NONE = 0xffffffff;
const faults: [Table, string, number | undefined, unknown, string][] = [
  ['spans', 'start', undefined, new Float64Array(1), 'spans.start has 1 rows; expected 4'],
  ['spans', 'start', 1, 0xc000000008, 'overlaps the span before'],
  ['spans', 'header', 0, 4, 'header of 4 bytes'],
  ['spans', 'state', 0, 9, 'spans.state of row 0 is 9'],
  ['spans', 'state', 0, 2, 'not in use, but has slots'],
  ['spans', 'tail', 0, 0, 'are not its 8192 bytes'],
  ['spans', 'allocated', 0, 2, '2 of 1 slots are allocated'],
  ['objects', 'slot', 0, 5, 'object 0 has slot 5 of 1'],
  ['objects', 'firstObject', 1, 0, 'span 0 holds 0 objects; expected 1'],
  ['objects', 'firstObject', 0, 1, 'objects.firstObject starts at 1'],
  ['objects', 'firstObject', 2, 0, 'objects.firstObject falls at row 2'],
  ['objects', 'type', 0, 99, 'objects.type of row 0 is 99'],
  ['objects', 'type', 0, 0, 'object 0 has a length but no type'],
  ['objects', 'length', 0, 3, "its type 'main.T' needs 72"],
  ['objects', 'evidence', 0, 99, 'objects.evidence of row 0 is 99'],
  ['roots', 'kind', 0, 99, 'roots.kind of row 0 is 99'],
  ['roots', 'name', 0, 99, 'roots.name of row 0 is 99'],
  ['roots', 'goroutine', 0, 1, 'roots.goroutine of row 0 is 1'],
  ['roots', 'frame', 0, 0, 'roots.frame of row 0 is 0'],
  ['roots', 'object', 0, 1, 'belongs to node 1, not an object'],
  ['roots', 'object', 0, 99, 'roots.object of row 0 is 99'],
  ['roots', 'parent', 0, 99, 'not a root node'],
  ['roots', 'parent', 0, 1, 'neither the program nor a goroutine'],
  ['roots', 'address', 3, 0x500000, 'two root nodes own the word at 0x500000'],
  ['edges', 'firstEdge', 1, 1, 'the program (node 0) has edges'],
  ['edges', 'firstEdge', undefined, new Uint32Array(3), 'not one longer than the nodes'],
  ['edges', 'firstEdge', 8, 9, 'edges.firstEdge falls at row 9'],
  ['edges', 'target', 0, 1, 'leads to 1, not an object'],
  ['edges', 'target', 5, 99, 'leads to 99, not an object'],
  ['edges', 'slot', 1, 3, 'edge 1 starts at offset 24 of node 1, which has 24 bytes'],
  ['edges', 'slot', 1, 0, 'slots of node 1 are not ascending at edge 1'],
  ['edges', 'slot', 5, 6, 'edge 5 starts at offset 48 of node 5'],
  ['edges', 'notFollowed', undefined, new Uint32Array([6, 6]), 'edges.notFollowed is not ascending'],
  ['edges', 'notFollowed', undefined, new Uint32Array([7]), 'edges.notFollowed ends with 7; there are 7 edges'],
  ['edges', 'interiorEdge', undefined, new Uint32Array([1]), 'edges.interiorOffset and interiorEdge differ in length'],
  ['types', 'kind', 0, 2, 'type 0 is not the unknown type'],
  ['types', 'element', 1, 99, 'types.element of row 1 is 99'],
  ['types', 'fieldOffset', 0, 20, "field 'next' of type 'main.T' ends at 28"],
  ['types', 'fieldOffset', 1, undefined, "field 'name' of type 'main.T'"],
  ['types', 'fieldType', 0, 99, 'types.fieldType of row 0 is 99'],
  ['goroutines', 'root', 0, 1, 'goroutine 7 has node 1, which is not its own'],
  ['goroutines', 'status', 0, 99, 'goroutines.status of row 0 is 99'],
  ['goroutines', 'firstFrame', 1, 1, 'goroutines.firstFrame ends at 1; expected 0'],
  ['itabs', 'address', undefined, new Float64Array([2, 1]), 'itabs.address is not ascending at row 1'],
];

describe('checkGraph', () => {
  test('takes a sound graph', () => {
    expect(() => checkGraph(sound)).not.toThrow();
    expect(sound.roots.object[0]).toBe(NONE);
  });

  test.each(faults.filter(([, , , value]) => value !== undefined))('%s.%s[%s] = %s: %s', (table, column, row, value, message) => {
    const graph = broken(table, column, row, value);
    expect(() => checkGraph(graph)).toThrow(message);
    try {
      checkGraph(graph);
    } catch (error) {
      expect(isGoheapError(error, 'bad-format')).toBe(true);
    }
  });

  test('static data below what comes later', () => {
    const graph = graphFromText('static main.a -> a; static main.b in main.a -> b');
    expect(() => checkGraph({...graph, roots: {...graph.roots, parent: new Uint32Array([2, 0])}})).toThrow(
      'parent of root node 1 is 2, neither the program nor a goroutine nor what holds static data',
    );
  });

  test('fields out of order, negative memory, a first string', () => {
    expect(() => checkGraph({...sound, types: {...sound.types, fieldOffset: new Float64Array([8, 0])}})).toThrow('not in offset order');
    expect(() => checkGraph({...sound, memory: [{category: 'heap', part: 'spans', bytes: -1, touched: 0}]})).toThrow(
      'heap/spans has -1 bytes',
    );
    const more = {category: 'heap', part: 'spans', bytes: 1, touched: 2};
    expect(() => checkGraph({...sound, memory: [more]})).toThrow('heap/spans has 2 touched bytes of 1');
    expect(() => checkGraph({...sound, strings: ['x', ...sound.strings.slice(1)]})).toThrow('strings[0]');
  });

  test('a pointer beyond its target', () => {
    const graph = graphFromText('roots: a; a -> b:8; b : 16');
    expect(() => checkGraph({...graph, edges: {...graph.edges, interiorOffset: new Float64Array([16])}})).toThrow(
      'points 16 bytes into object 1',
    );
  });

  test('slots that do not ascend', () => {
    const graph = graphFromText('roots: a; a : 16; b : 16');
    const slots = {...graph, objects: {...graph.objects, slot: new Uint16Array([1, 1])}};
    expect(() => checkGraph(slots)).toThrow('slot of object 1 is not ascending');
  });

  test('finalizer-object nodes may repeat words, other nodes may not', () => {
    const words = (kind: string) => {
      const graph = graphFromText(`global a -> x; ${kind} b -> x`);
      return {...graph, roots: {...graph.roots, address: new Float64Array([64, 64])}};
    };
    expect(() => checkGraph(words('finalizer-object'))).not.toThrow();
    expect(() => checkGraph(words('register'))).toThrow('two root nodes own the word at 0x40');
  });
});

describe('freezeGraph', () => {
  test('freezes the graph, its tables and their lists, not the typed arrays', () => {
    const graph = freezeGraph({...sound, valueLayouts: {hmap: {count: 0}}, metadata: {go_version: 'go1.26.8'}});
    for (const part of [graph, graph.edges, graph.types.name, graph.strings, graph.metadata, graph.valueLayouts, graph.valueLayouts.hmap]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(() => Object.assign(graph.edges, {count: 0})).toThrow(TypeError);
  });
});
