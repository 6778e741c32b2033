/**
 * A recorded core as a heap with everything that answers need.
 */
import {type ToldHeap, tellHeap} from '../../src/answers/told-heap.js';
import {analyzedFixture} from './analyzed-fixture.js';

export async function tellFixture(name: string): Promise<ToldHeap> {
  return tellHeap((await analyzedFixture(name)).columns);
}
