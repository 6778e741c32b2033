/** Offsets to the words of a Go programmer. */
import {expect, test} from 'vitest';
import {findPart} from '../../../src/values/field-path.js';
import {graphFromText} from '../../kit/graph-from-text.js';

const GRAPH = graphFromText(`
  type Point 16 X@0:*int Y@8:*int
  type Row 48 Cells@0:[3]Point
  type Table 96 Name@0:string In@16:Point Rows@40:Row
  roots: a
`);
const check = (type: string, offset: number, expected: string, count = 1, indexed = count > 1) => {
  expect(findPart(GRAPH, GRAPH.types.name.indexOf(type), offset, count, indexed).path, `${type}+${offset}`).toBe(expected);
};

test('fields, nested fields, elements, and bytes where no type covers the offset', () => {
  check('Point', 8, 'Y');
  check('Table', 24, 'In.Y');
  check('Row', 40, 'Cells[2].Y');
  check('Table', 40 + 24, 'Rows.Cells[1].Y');
  check('Table', 8, 'Name');
  check('Table', 32, '+0x20'); // a gap between fields
  check('Point', 24, '[1].Y', 3);
  check('Point', 0, '[0].X', 1, true);
  check('Point', 48, '+0x30', 3); // behind the last value
  check('Point', 16, '+0x10');
  check('', 16, '+0x10');
  check('', 0, '');
});
