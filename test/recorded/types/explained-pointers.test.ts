/**
 * Elimination stops among candidates when two explain every pointer of an object, because none can explain more: here every type of the
 * program is tried on objects of zoo, whether its own or not.
 */
import {expect, test} from 'vitest';
import {PointerShapes} from '../../../src/types/catalog/pointer-shape.js';
import {TypeStore} from '../../../src/types/catalog/type-store.js';
import {ClaimFit} from '../../../src/types/evidence/claim-fit.js';
import {ObjectSlots} from '../../../src/types/evidence/object-slots.js';
import {ObjectWords} from '../../../src/types/evidence/object-words.js';
import {ValueCheck} from '../../../src/types/evidence/value-check.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {traceCore} from '../../kit/traced-core.js';

const STEP = 61; // objects, so that it takes a second

test('no type explains more pointers than an object has', async () => {
  const {core, executable} = unpackFixture('zoo-1.26.8');
  const {source, heap, close} = await traceCore(core, executable);
  try {
    const shapes = new PointerShapes(new TypeStore(source));
    const slots = new ObjectSlots(heap);
    const words = new ObjectWords(source.image, heap, slots);
    const fit = new ClaimFit(heap, shapes, slots);
    const check = new ValueCheck({image: source.image, modules: source.modules, heap, shapes, slots, fit, known: () => 0}, words);
    let explaining = 0;
    for (let object = 0; object < heap.objectCount; object += STEP) {
      if (!slots.hasBits(object)) continue;
      for (const type of shapes.store.runtimeRows()) {
        shapes.prepare(type);
        const count = fit.fit(object, type, true);
        if (count <= 0) continue;
        const explained = check.explain(object, type, count, 2);
        expect(explained).toBeLessThanOrEqual(words.pointersOf(object));
        if (explained > 0) explaining++;
      }
    }
    expect(explaining).toBeGreaterThan(100);
  } finally {
    close();
  }
});
