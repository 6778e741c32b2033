/** Types whose parts lie in one another, so that their parts' parts would be without number. */
import {expect, test} from 'vitest';
import {KIND} from '../../../src/runtime/types/kinds.js';
import {PointerShapes} from '../../../src/types/catalog/pointer-shape.js';
import {EMPTY_DESCRIPTION, type TypeDescription} from '../../../src/types/catalog/type-description.js';
import {TypeStore} from '../../../src/types/catalog/type-store.js';

const store = new TypeStore();
const pointer = store.define({...EMPTY_DESCRIPTION, kind: KIND.pointer, size: 8, name: '*int', element: 0});
const struct = (size: number, parts: readonly number[], name = '') =>
  store.define({
    ...EMPTY_DESCRIPTION,
    kind: KIND.struct,
    size,
    name,
    fields: parts.map((type, i) => ({name: `f${i}`, offset: 0, type, embedded: false})),
  } satisfies TypeDescription);
/** The last of so many structs, each with two fields of the one before, both at its start. */
const nested = (levels: number, name: (level: number) => string) => {
  let row = pointer;
  for (let level = 0; level < levels; level++) row = struct(64, [row, row], name(level));
  return row;
};

test('sixty levels of two fields at one place', () => {
  const shapes = new PointerShapes(store);
  const row = nested(60, (level) => `main.Level${level}`);
  shapes.prepare(row);
  expect(shapes.pointerWords[row]).toBe(2 ** 60);
  expect(shapes.find(row, 0)).toBeGreaterThanOrEqual(0);
});

test('a struct of five of its own', () => {
  const shapes = new PointerShapes(store);
  const row: number = store.count;
  expect(struct(64, [pointer, row, row, row, row, row], 'main.Self')).toBe(row);
  shapes.prepare(row);
  expect(shapes.pointerWords[row]).toBe(1);
  expect(shapes.find(row, 0)).toBeGreaterThan(0);
});

test('a name that is made of names without number', () => {
  const text = store.nameOf(nested(29, () => ''));
  expect(text).toMatch(/^struct \{ f0 struct \{ .*…/);
  expect(text.length).toBeLessThan(2 ** 20);
});

test('two types that are too large to be compared', () => {
  const shapes = new PointerShapes(store);
  const array = () => store.define({...EMPTY_DESCRIPTION, kind: KIND.array, size: 2 ** 40, element: pointer, length: 2 ** 37});
  expect(shapes.haveSamePointers(array(), array())).toBe(false);
});
