/**
 * A recorded core as a heap with everything that answers need.
 */
import {computeAnalyses} from '../../src/analyses/analyze.js';
import {type ToldHeap, tellHeap} from '../../src/answers/told-heap.js';
import {openCoreHeap} from '../../src/open-core-heap.js';
import {unpackFixture} from './fixtures.js';

export async function tellFixture(name: string): Promise<ToldHeap> {
  const {core, executable} = unpackFixture(name);
  const {graph, contents, close} = await openCoreHeap(core, {executable});
  close(); // the graph outlives the dump
  return tellHeap(await computeAnalyses(graph, contents));
}
