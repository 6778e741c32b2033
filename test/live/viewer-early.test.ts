/** The viewer on a core of 800,000 objects: the Overview's answers are there while the tables of objects and pointers are written, and are the final ones. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';
import {startViewer, until} from '../kit/viewer-process.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-early-'));
afterAll(() => rmSync(folder, {recursive: true}));

describe.skipIf(findObstacle() !== undefined)('viewer', () => {
  test('first answers while tables are being written', async () => {
    const {core, executable} = makeCore(`service-${findInstalledGo()}-kabrt`);
    const viewer = await startViewer([core, '--exe', executable], {XDG_CACHE_HOME: folder});
    const states: string[] = [];
    const next = async () => {
      const {state} = await viewer.status();
      if (states.at(-1) !== state) states.push(state);
      return state !== 'opening';
    };
    await until(next);
    expect(states.at(-1)).toBe('early');
    const ask = async (id: string, params = {}) => (await viewer.query(id, params)).rows;
    const early = [await ask('holders', {limit: 7}), await ask('histogram-by-owner', {filter: '', limit: 8}), await ask('memory')];
    expect(early.every((rows) => rows.length > 3)).toBe(true);
    expect((await viewer.sql('SELECT 1')).status).toBe(503);
    await until(async () => (await next()) && states.at(-1) === 'ready');
    expect(states).toEqual(['opening', 'early', 'ready']);
    expect([await ask('holders', {limit: 7}), await ask('histogram-by-owner', {filter: '', limit: 8}), await ask('memory')]).toEqual(early);
  });
});
