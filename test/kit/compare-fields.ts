/**
 * The fields of an instance in a full HPROF file beside the typed value that the library reads of the same object.
 */
import {expect} from 'vitest';
import {addressOf, firstObjectNode} from '../../src/graph/objects.js';
import type {AnalyzedHeap, NodeId, Value} from '../../src/index.js';
import type {HprofFile} from './hprof-reader.js';

/** Compares the scalars of a struct, by their names, and gives how many there were. */
export function compareFields(file: HprofFile, fields: ReadonlyMap<string, number | bigint>, heap: AnalyzedHeap, id: NodeId): number {
  let compared = 0;
  const visit = (value: Value, path: string) => {
    if (value.kind === 'struct') {
      for (const {name} of value.type!.fields) if (name !== '_') visit(value.field(name), path === '' ? name : `${path}.${name}`);
    } else if (value.kind === 'array') {
      for (const [index, element] of [...value.elements()].entries()) visit(element, `${path}[${index}]`);
    } else if (value.kind === 'string' || value.kind === 'slice') {
      expect(Number(fields.get(`${path}.len`)), path).toBe(value.length());
      compared++;
    } else if (value.kind === 'bool') expect(fields.get(path), path).toBe(value.boolean() ? 1 : 0);
    else if (/^float/.test(value.kind)) expect(fields.get(path), path).toBe(value.number());
    else if (/^u?int(\d+|ptr)?$/.test(value.kind)) {
      const bits = value.type!.size * 8;
      expect(BigInt.asIntN(bits, BigInt(fields.get(path) ?? -1)), `${file.idSize} ${path}`).toBe(BigInt.asIntN(bits, value.bigint()!));
      compared++;
    } else if (value.kind === 'ptr' && value.node() !== undefined) {
      const node = value.node()!;
      const address = addressOf(heap.columns.graph, node - firstObjectNode(heap.columns.graph));
      if (fields.get(path) !== 0) expect(fields.get(path), path).toBe(address);
      compared++;
    }
  };
  visit(heap.value(id), '');
  return compared;
}
