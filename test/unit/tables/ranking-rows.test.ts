/**
 * The order of all lists that begin with the biggest: those that retain little have their place by a counting sort, the others by their keys.
 */
import {expect, test} from 'vitest';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {getBit} from '../../../src/base/bitset.js';
import {nodeCount} from '../../../src/graph/objects.js';
import {orderByRetained} from '../../../src/tables/ranking-rows.js';
import {graphFromText, noContents} from '../../kit/graph-from-text.js';
import {seededRandom} from '../../kit/random-graph.js';

test.each([[[16, 48]], [[16, 524_280, 524_288, 3_006_464]], [[11, 65_535, 65_537]]])('slots of %j bytes', async (sizes) => {
  const random = seededRandom(sizes.length);
  const lines = Array.from({length: 200}, (_, object) => {
    const target = random(3) === 0 ? '' : ` -> o${Math.min(199, object + 1 + random(20))}`;
    return `${random(5) === 0 ? `global main.v${object} -> o${object}\n` : ''}o${object} size=${sizes[random(sizes.length)]}${target}`;
  });
  const columns = await computeAnalyses(graphFromText(lines.join('\n')), noContents);
  const nodes = Array.from({length: nodeCount(columns.graph) - 1}, (_, node) => node + 1).filter((node) => getBit(columns.reachable, node));
  const {retained} = columns;
  expect([...orderByRetained(columns)]).toEqual(nodes.sort((a, b) => retained[b]! - retained[a]! || a - b));
});
