/**
 * All types of the recorded zoo programs, read twice – from DWARF and from the runtime's own structures – against each other
 * and against the collector's pointer masks, which a third reader decodes from GCData.
 */
import {afterAll, describe, expect, test} from 'vitest';
import {closureFunctions} from '../../../src/runtime/functions/closure-functions.js';
import {PointerMasks} from '../../../src/runtime/types/pointer-masks.js';
import {typeFormat} from '../../../src/runtime/types/type-format.js';
import {CLAIM} from '../../../src/types/catalog/claim.js';
import {PointerShapes} from '../../../src/types/catalog/pointer-shape.js';
import {TypeStore} from '../../../src/types/catalog/type-store.js';
import {fixtureNames} from '../../kit/fixtures.js';
import {openFixture} from '../../kit/open-fixture.js';

describe.each([...fixtureNames('zoo'), ...fixtureNames('tiny')])('%s', (name) => {
  const {go, files, warnings} = openFixture(name);
  afterAll(() => files.close());
  const {image} = go;
  const dwarf = go.dwarf!;
  const module = go.modules[0]!;
  const source = {image, modules: go.modules, bias: image.bias, format: typeFormat(go), closureFunction: closureFunctions(go), warnings};
  const stores = {dwarf: new TypeStore({...source, dwarf}), runtime: new TypeStore({...source, dwarf: undefined})};
  const addresses = [...dwarf.runtimeTypes.keys()].map((link) => module.types + link).filter((address) => address < module.etypes);

  test('has types enough to tell', () => {
    expect(addresses.length).toBeGreaterThan(name.startsWith('zoo') ? 2000 : 300);
  });

  test.each(['dwarf', 'runtime'] as const)('pointer words from the structure, read from %s, are what the collector uses', (from) => {
    const shapes = new PointerShapes(stores[from]);
    const masks = new PointerMasks(go);
    const wrong: string[] = [];
    for (const address of addresses) {
      const row = stores[from].rowOfAddress(address);
      shapes.prepare(row);
      const words: number[] = [];
      for (let word = 0; shapes.pointerWords[row]! > 0 && word < shapes.words[row]!; word++) {
        if (shapes.claim.data[shapes.find(row, word)] !== CLAIM.none) words.push(word);
      }
      const expected = [...(masks.find(address)?.words ?? [])];
      if (words.join() !== expected.join() || words.length !== shapes.pointerWords[row])
        wrong.push(`${stores[from].nameOf(row)}: ${words} not ${expected}`);
    }
    expect(wrong).toEqual([]);
  });

  test('both readers agree about kinds, sizes, lengths and fields', () => {
    const shapeOf = (store: TypeStore, address: number) => {
      const {kind, size, length, fields, ...type} = store.describe(store.rowOfAddress(address));
      const named = fields.map((field) => [field.name, field.offset, field.embedded, store.nameOf(field.type)]);
      return {kind, size, length, package: type.package, fields: named};
    };
    for (const address of addresses) expect(shapeOf(stores.dwarf, address)).toEqual(shapeOf(stores.runtime, address));
  });

  test('both readers agree about names', () => {
    const differing: string[] = [];
    for (const address of addresses) {
      const row = stores.dwarf.rowOfAddress(address);
      const names = [stores.dwarf.nameOf(row), stores.runtime.nameOf(stores.runtime.rowOfAddress(address))] as const;
      if (names[0] !== names[1]) differing.push(names.join(' | '));
    }
    expect(differing).toEqual([]);
  });

  test('nothing was unreadable, and the table of all types is whole', () => {
    const table = stores.dwarf.freeze();
    expect(warnings.list().filter(({code}) => code.startsWith('type-'))).toEqual([]);
    if (!name.startsWith('zoo')) return;
    const row = table.name.indexOf('main.TreeNode');
    const fields = Array.from({length: table.firstField[row + 1]! - table.firstField[row]!}, (_, i) => table.firstField[row]! + i);
    expect(fields.map((field) => [table.fieldName[field], table.fieldOffset[field], table.name[table.fieldType[field]!]])).toEqual([
      ['Left', 0, '*main.TreeNode'],
      ['Right', 8, '*main.TreeNode'],
      ['Key', 16, 'int'],
      ['Payload', 24, '[]uint8'],
    ]);
    expect([table.package[row], table.size[row], table.pointerWords[row]]).toEqual(['main', 48, 3]);
    expect(table.element[table.fieldType[fields[0]!]!]).toBe(row);
  });
});
