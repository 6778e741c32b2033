/**
 * A core of three million objects converted by one thread, by two and by four: the databases are the same bytes.
 */
import {readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {convertCore} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';

describe.skipIf(findObstacle() !== undefined)('threads', () => {
  const made = makeCore(`big-160m-${findInstalledGo()}`);
  const convert = (threads: number) => convertCore(made, join(made.folder, `by-${threads}.db`), ['--threads', String(threads)]);
  afterAll(() => [1, 2, 4].forEach((threads) => void rmSync(join(made.folder, `by-${threads}.db`), {force: true})));

  test('any number of them writes the same database', async () => {
    const expected = readFileSync(await convert(1));
    for (const threads of [2, 4]) expect(readFileSync(await convert(threads)).equals(expected), `${threads} threads`).toBe(true);
  });
});
