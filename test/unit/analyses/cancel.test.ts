import {expect, test} from 'vitest';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {graphFromText, noContents} from '../../kit/graph-from-text.js';

const STAGES = ['depth-first search', 'semidominators', 'dominators', 'retained sizes', 'bridges', 'telling paths'];

test('every stage reports progress, in order, and never more than its total', async () => {
  const seen: string[] = [];
  await computeAnalyses(graphFromText('roots: a; a -> b'), noContents, {
    onProgress(stage, done, total) {
      expect(done).toBeLessThanOrEqual(total);
      if (seen.at(-1) !== stage) seen.push(stage);
    },
  });
  expect(seen).toEqual(STAGES);
});

test.each(STAGES)('cancelled during %s, it rejects with the reason', async (stage) => {
  const abort = new AbortController();
  const reason = new Error('interrupted');
  const work = {signal: abort.signal, onProgress: (at: string) => void (at === stage && abort.abort(reason))};
  await expect(computeAnalyses(graphFromText('roots: a; a -> b'), noContents, work)).rejects.toBe(reason);
});
