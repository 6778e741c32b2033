/**
 * The analyses on a thread of their own. Threads need compiled files, so this tests the build: `npm test` makes it first.
 */
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {analyzeStructure} from '../../../src/analyses/analyze.js';
import type {analyzeAside as AnalyzeAside} from '../../../src/analyses/analyze-aside.js';
import {graphFromText} from '../../kit/graph-from-text.js';

const built = new URL('../../../dist/src/analyses/analyze-aside.js', import.meta.url);
const chain = graphFromText(`roots: a; ${Array.from({length: 500}, (_, i) => `${i === 0 ? 'a' : `n${i}`} -> n${i + 1}`).join('; ')}`);

describe.runIf(existsSync(fileURLToPath(built)))('analyzeAside', async () => {
  const {analyzeAside} = (await import(built.href)) as {analyzeAside: typeof AnalyzeAside};

  test('gives what the analyses give on this thread, and passes progress on', async () => {
    const stages = new Set<string>();
    const aside = await analyzeAside(chain, {onProgress: (stage) => stages.add(stage)}, 0);
    const {spare, ...columns} = aside; // with undefined values in them
    expect({...columns, spare: []}).toEqual({...(await analyzeStructure(chain)), spare: []});
    for (const column of spare) expect(column).toHaveLength(columns.dominator.length);
    expect(stages.size).toBeGreaterThan(2);
  });

  test('ends when it is aborted', async () => {
    const controller = new AbortController();
    const pending = analyzeAside(chain, {signal: controller.signal}, 0);
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });
});
