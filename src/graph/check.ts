/**
 * A heap graph → nothing, or `bad-format` with the first invariant of heap-graph.ts and docs/model.md that does not hold.
 *
 * Tests run it on every graph that a producer makes; O(nodes + edges), no column of that length is allocated. It looks at the
 * columns only: whether they tell the truth about the dump is what the oracle tests are for.
 */
import {hex, NONE} from '../base/units.js';
import {checkEdges} from './check-edges.js';
import {EVIDENCE, type HeapGraph, ROOT_KINDS, SPAN_STATES, TYPE_KINDS, type TypeTable, WAIT_KINDS} from './heap-graph.js';
import {brokenGraph, checkAscending, checkFirsts, checkIndexes, checkLengths, requireThat} from './invariants.js';
import {nodeCount, objectOfNode} from './objects.js';
import {findUnsoundTypes} from './unsound-types.js';

/** Throws `bad-format` on the first broken invariant, named with its table and row. */
export function checkGraph(graph: HeapGraph): void {
  requireThat(graph.strings[0] === '', 'strings[0] is not the empty string');
  checkSpans(graph);
  checkObjects(graph);
  checkTypes(graph.types);
  checkRoots(graph);
  checkGoroutines(graph);
  checkWaits(graph);
  checkEdges(graph);
  checkAscending(graph.itabs.address, 'itabs.address');
  checkAscending(graph.functions.address, 'functions.address');
  checkIndexes(graph.itabs.type, graph.types.count, 'itabs.type');
  for (const {category, part, bytes, touched} of graph.memory) {
    requireThat(bytes >= 0, `memory ${category}/${part} has ${bytes} bytes`);
    requireThat(touched >= 0 && touched <= bytes, `memory ${category}/${part} has ${touched} touched bytes of ${bytes}`);
  }
}

/** Of an array of Java's. */
const LARGEST_HEADER = 24;

function checkSpans(graph: HeapGraph): void {
  const {spans} = graph;
  checkLengths(spans, spans.count, 'spans');
  checkIndexes(spans.state, SPAN_STATES.length, 'spans.state');
  for (let span = 0; span < spans.count; span++) {
    const fail = (problem: string): never => brokenGraph(`span ${span} at ${hex(spans.start[span]!)}: ${problem}`);
    const slots = spans.slots[span]!;
    if (span > 0 && spans.start[span - 1]! + spans.length[span - 1]! > spans.start[span]!)
      fail('overlaps the span before, or is not in address order');
    const isHeader =
      spans.header[span] === 0 || spans.header[span] === 8 || (graph.metadata.language === 'java' && spans.header[span]! <= LARGEST_HEADER);
    if (!isHeader) fail(`header of ${spans.header[span]} bytes; expected 0 or 8`);
    if (SPAN_STATES[spans.state[span]!] !== 'in-use') {
      if (slots !== 0 || spans.slotSize[span] !== 0) fail('not in use, but has slots');
    } else if (slots * spans.slotSize[span]! + spans.tail[span]! !== spans.length[span]) {
      fail(`${slots} slots of ${spans.slotSize[span]} bytes and a tail of ${spans.tail[span]} are not its ${spans.length[span]} bytes`);
    }
    if (spans.allocated[span]! > slots) fail(`${spans.allocated[span]} of ${slots} slots are allocated`);
  }
}

function checkObjects({spans, objects, types}: HeapGraph): void {
  checkLengths(objects, objects.count, 'objects', [], ['firstObject']);
  requireThat(objects.firstObject.length === spans.count + 1, 'objects.firstObject is not one longer than the spans');
  checkFirsts(objects.firstObject, objects.count, 'objects.firstObject');
  checkIndexes(objects.type, types.count, 'objects.type');
  checkIndexes(objects.evidence, EVIDENCE.length, 'objects.evidence');
  for (let span = 0; span < spans.count; span++) {
    const first = objects.firstObject[span]!;
    const end = objects.firstObject[span + 1]!;
    const room = spans.slotSize[span]! - spans.header[span]!;
    if (end - first !== spans.allocated[span]) brokenGraph(`span ${span} holds ${end - first} objects; expected ${spans.allocated[span]}`);
    for (let object = first; object < end; object++) {
      if (objects.slot[object]! >= spans.slots[span]!)
        brokenGraph(`object ${object} has slot ${objects.slot[object]} of ${spans.slots[span]}`);
      if (object > first && objects.slot[object]! <= objects.slot[object - 1]!) brokenGraph(`slot of object ${object} is not ascending`);
      const type = objects.type[object]!;
      if (type === 0 && objects.length[object] !== 0) brokenGraph(`object ${object} has a length but no type`);
      const used = types.size[type]! * (objects.longLength.get(object) ?? objects.length[object]!);
      if (used > room) brokenGraph(`object ${object} has ${room} bytes; its type '${types.name[type]}' needs ${used}`);
    }
  }
}

/** Throws `bad-format` likewise. */
export function checkTypes(types: TypeTable): void {
  checkLengths(types, types.count, 'types', ['firstField'], ['fieldName', 'fieldOffset', 'fieldType']);
  requireThat(types.name[0] === '' && types.kind[0] === 0 && types.size[0] === 0, 'type 0 is not the unknown type');
  checkIndexes(types.kind, TYPE_KINDS.length, 'types.kind');
  checkIndexes(types.element, types.count, 'types.element');
  checkIndexes(types.key, types.count, 'types.key');
  checkFirsts(types.firstField, types.fieldName.length, 'types.firstField');
  checkLengths({fieldOffset: types.fieldOffset, fieldType: types.fieldType}, types.fieldName.length, 'types');
  checkIndexes(types.fieldType, types.count, 'types.fieldType');
  for (const {problem} of findUnsoundTypes(types)) brokenGraph(problem);
}

function checkRoots(graph: HeapGraph): void {
  const {roots, goroutines, frames} = graph;
  checkLengths(roots, roots.count, 'roots');
  checkIndexes(roots.kind, ROOT_KINDS.length, 'roots.kind');
  checkIndexes(roots.type, graph.types.count, 'roots.type');
  checkIndexes(roots.name, graph.strings.length, 'roots.name');
  checkIndexes(roots.file, graph.strings.length, 'roots.file');
  checkIndexes(roots.goroutine, goroutines.count, 'roots.goroutine', true);
  checkIndexes(roots.frame, frames.count, 'roots.frame', true);
  checkIndexes(roots.object, nodeCount(graph), 'roots.object', true);
  for (let root = 0; root < roots.count; root++) {
    const parent = roots.parent[root]!;
    if (parent > roots.count) brokenGraph(`parent of root node ${root + 1} is ${parent}, not a root node`);
    if (parent !== 0 && !mayBeParent(roots, parent, root + 1)) {
      brokenGraph(`parent of root node ${root + 1} is ${parent}, neither the program nor a goroutine nor what holds static data`);
    }
    if (roots.object[root]! <= roots.count) brokenGraph(`root node ${root + 1} belongs to node ${roots.object[root]}, not an object`);
  }
}

/** Goroutines stand below the program. Static data may stand below each other, later ones below earlier ones. */
function mayBeParent({kind, parent}: HeapGraph['roots'], above: number, node: number): boolean {
  const [outer, inner] = [ROOT_KINDS[kind[above - 1]!], ROOT_KINDS[kind[node - 1]!]];
  if (inner === 'static') return (outer === 'global' || outer === 'static') && above < node;
  return outer === 'goroutine' && parent[above - 1] === 0;
}

function checkGoroutines({goroutines, frames, roots, strings}: HeapGraph): void {
  checkLengths(goroutines, goroutines.count, 'goroutines', ['firstFrame']);
  checkLengths(frames, frames.count, 'frames');
  checkFirsts(goroutines.firstFrame, frames.count, 'goroutines.firstFrame');
  for (const name of ['status', 'waitReason', 'entryFunction', 'createdBy', 'file', 'labels'] as const) {
    checkIndexes(goroutines[name], strings.length, `goroutines.${name}`);
  }
  checkIndexes(frames.functionName, strings.length, 'frames.functionName');
  checkIndexes(frames.file, strings.length, 'frames.file');
  for (let row = 0; row < goroutines.count; row++) {
    const root = goroutines.root[row]!;
    const isNode =
      root >= 1 && root <= roots.count && ROOT_KINDS[roots.kind[root - 1]!] === 'goroutine' && roots.goroutine[root - 1] === row;
    if (!isNode) brokenGraph(`goroutine ${goroutines.id[row]} has node ${root}, which is not its own`);
  }
}

function checkWaits(graph: HeapGraph): void {
  const {waits, goroutines} = graph;
  checkLengths(waits, waits.count, 'waits');
  checkIndexes(waits.goroutine, goroutines.count, 'waits.goroutine');
  checkIndexes(waits.type, graph.types.count, 'waits.type');
  checkIndexes(waits.how, WAIT_KINDS.length, 'waits.how');
  for (const name of ['object', 'sudog'] as const) {
    checkIndexes(waits[name], nodeCount(graph), `waits.${name}`, true);
    for (let row = 0; row < waits.count; row++) {
      const node = waits[name][row]!;
      if (node !== NONE && objectOfNode(graph, node) === undefined) brokenGraph(`waits.${name} of row ${row} is ${node}, not an object`);
    }
  }
  for (let row = 0; row < waits.count; row++) {
    const goroutine = waits.goroutine[row]!;
    if (row > 0 && goroutine < waits.goroutine[row - 1]!) brokenGraph(`waits.goroutine falls at row ${row}`);
    if (goroutines.blocked[goroutine] !== 1) brokenGraph(`goroutine ${goroutines.id[goroutine]} waits for something, and is not blocked`);
  }
}
