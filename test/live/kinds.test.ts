/**
 * One object of every kind that is hard to type, each held in one way only: `kinds` prints where it is, what it is and how many values it
 * has. What may be a guess is marked by the program; what a version of Go does not tell is listed here.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {readTruth} from '../oracle/truth.js';

const obstacle = findObstacle();
const TARGETS = ['1.17.13', '1.19.13', '1.21.13', '1.22.12', '1.24.13', '1.25.12', '1.26.8', '1.26.8-noopt', '1.27.1'];

/** What holds the object, and before which Go 1.x the object may be without a type, or have it from a guess. */
const NOT_TOLD: readonly {readonly holder: RegExp; readonly before: number; readonly why: string}[] = [
  {
    holder: /by a cleanup|of a cleanup/,
    before: 26,
    why: 'function and argument lie in a closure of generic code, which knows no type of them',
  },
  {holder: /captured by|variable of a generic function/, before: 23, why: 'DWARF does not say where in a closure its variables are'},
];

interface Row {
  readonly name: string | null;
  readonly length: number;
  readonly evidence: string | null;
  readonly reachable: number;
}

describe.skipIf(obstacle !== undefined)('kinds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-kinds-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(TARGETS)('%s', async (target) => {
    const core = makeCore(`kinds-${target}${target.includes('-') ? '+' : '-'}kabrt`);
    const minor = Number(/^1\.(\d+)/.exec(target)![1]);
    const database = openDatabase(await convertCore(core, join(folder, `${target}.db`)));
    const find = database.prepare(`SELECT t.name, o.length, o.evidence, o.reachable FROM objects o JOIN types t ON t.id = o.type_id
      WHERE o.id = (SELECT max(id) FROM objects WHERE address <= ?) AND ? < o.address + o.size`);
    const planted = Object.entries(readTruth(core.truth).addresses);
    expect(planted.length).toBeGreaterThan(45);
    for (const [what, address] of planted) {
      const {types, length, holder, mayGuess} = parseExpected(what);
      const found = find.get(address, address) as Row;
      expect(found.reachable, what).toBe(1);
      if (NOT_TOLD.some((exception) => exception.holder.test(holder) && minor < exception.before)) {
        expect([null, ...types], what).toContain(found.name);
        continue;
      }
      // A handle of a weak pointer may share its block with a value that nothing tells of.
      const isShared = found.name?.startsWith('tiny block {') && types.some((type) => found.name!.includes(` ${type} `));
      if (!isShared) expect(types, `${what}: found ${found.name}`).toContain(found.name);
      expect([found.length, isShared || mayGuess || found.evidence !== 'guess'], what).toEqual([length, true]);
    }
    database.close();
  });
});

/** `main.Ball × 20 <- slice of the middle (guess)`: alternatives are separated by `or`. */
function parseExpected(what: string) {
  const [expected, holder] = what.split(' <- ') as [string, string];
  const [, types, length] = /^(.*?)(?: × (\d+))?$/.exec(expected)!;
  return {types: types!.split(' or '), length: Number(length ?? 1), holder, mayGuess: holder.endsWith('(guess)')};
}
