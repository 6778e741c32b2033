/**
 * `goheap diff` and `goheap trend` on dumps of one process, and of two builds of its program, around changes that the program itself tells.
 */
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {HeapDiff} from '../../src/database/diff-heaps.js';
import type {HeapTrend} from '../../src/findings/heap-trend.js';
import {convertProgram, type Held, takeStep} from '../kit/changing-program.js';
import {openDatabase} from '../kit/goheap.js';
import {goheapJson} from '../kit/goheap-here.js';
import {findJsonFaults} from '../kit/json-schema.js';
import {findInstalledGo, findObstacle} from '../kit/live-cores.js';
import {buildProgram, programFolder, RunningProgram} from '../kit/running-program.js';

const obstacle = findObstacle();
const ALL = ['--top', '1000000'];

describe.skipIf(obstacle !== undefined)('differences', () => {
  const folder = programFolder('changes');
  const databases: string[] = [];
  const truth: Held[] = [];
  mkdirSync(folder, {recursive: true});
  afterAll(() => rmSync(folder, {recursive: true, force: true}));

  beforeAll(async () => {
    const program = await RunningProgram.start(
      buildProgram('changes', findInstalledGo(), join(folder, 'plain')),
      [],
      join(folder, 'plain'),
    );
    try {
      for (let step = 0; step < 5; step++) {
        const held = await takeStep(program, step);
        truth.push(held);
        databases.push(await convertProgram(program, join(folder, `${step}.db`)));
      }
    } finally {
      await program.end();
    }
  });

  test('between two dumps of one process are told as the program tells them', async () => {
    const diff = await goheapJson<HeapDiff>(['diff', databases[0]!, databases[1]!, ...ALL]);
    expect(findJsonFaults('diff', diff)).toEqual([]);
    const [before, after] = truth as [Held, Held];
    expect(before).toMatchObject({hooks: 0, sessions: 0, wave: 0, queue: 300, attic: 300, cellar: 0, once: 0, waiters: 0});
    const numbers = (text: string) => text.replaceAll(/[+−] [\d.]+ \w+|(?<=main\.Page, )[\d.]+ \w+/g, '…');
    expect(diff.sentences.map(numbers).slice(1, -1).sort()).toEqual(
      [
        `\`main.reg.hooks\` grew from 0 to ${after.hooks} closures, ….`,
        `\`main.sessions\` grew from 0 to ${after.sessions.toLocaleString('en-US')} main.Session, ….`,
        `\`main.reg.Wave\` grew from 0 to ${after.wave} main.Page, ….`,
        `\`main.once\` grew from 0 to ${after.once} main.Page, ….`,
        `\`main.reg.Queue\` shrank from ${before.queue} to ${after.queue} main.Page, ….`,
        `\`main.attic.pages\` moved to \`main.cellar.pages\`: ${after.cellar} main.Page, ….`,
        `goroutine main.wait [chan receive] grew from 0 to ${after.waiters} goroutines, … with their stacks.`,
      ].sort(),
    );
    expect(diff.sentences[0]).toMatch(/^The live heap grew from [\d.]+ MiB to [\d.]+ MiB, \+ [\d.]+ MiB\.$/);
    const typeOf = (name: string) => diff.types.find((row) => row.name === name);
    expect(typeOf('main.Session')).toMatchObject({before_count: 0, after_count: after.sessions, state: 'new'});
    expect(typeOf('main.Page')!.delta_count).toBe(after.wave + after.once + after.queue - before.queue);
    expect(diff.holders.find((row) => row.name === 'main.cellar')).toMatchObject({from: 'main.attic', state: 'moved'});
    const own = diff.goroutine_groups.filter(({name}) => name.includes('main.'));
    expect(own).toMatchObject([{before_count: 0, after_count: after.waiters, state: 'new'}]);
    expect(diff.holders.some(({name}) => name.startsWith('main.steady'))).toBe(false);
  });

  test('of objects: who died, who was born, and who of these is still there', async () => {
    const diff = await goheapJson<HeapDiff>(['diff', ...databases.slice(1, 4), ...ALL]);
    expect(findJsonFaults('diff', diff)).toEqual([]);
    const [first, second] = truth.slice(1) as [Held, Held];
    const ended = 100;
    const born = second.sessions - first.sessions + ended;
    expect(diff.objects!.find((row) => row.type === 'main.Session')).toMatchObject({
      survived_count: first.sessions - ended,
      died_count: ended,
      born_count: born,
    });
    const kept = new Map(diff.kept!.map(({name, type, count}) => [`${name} ${type}`, count]));
    expect(kept.get('main.sessions[…] main.Session')).toBe(born - ended);
    expect(kept.get('main.sessions[…].User main.User')).toBe(born - ended);
    const hooks = diff.kept!.filter(({name, type}) => name === 'main.reg.hooks[…]' && type.startsWith('closure '));
    expect(hooks.reduce((sum, {count}) => sum + count, 0)).toBe(second.hooks - first.hooks);
    expect(diff.kept!.some(({type}) => type === 'main.Page')).toBe(false);
    expect(diff.sentences.at(-1)).toMatch(
      new RegExp(
        `^Born between the first two dumps, and alive in the third: ${second.hooks - first.hooks} closures at \`main.reg.hooks\` \\(.+\\), ${born - ended} main.Session at \`main.sessions\` \\(.+\\)\\.$`,
      ),
    );
  });

  test('over five dumps name the two that grow', async () => {
    const trend = await goheapJson<HeapTrend>(['trend', ...databases, ...ALL]);
    expect(findJsonFaults('trend', trend)).toEqual([]);
    const [first, last] = [truth[0]!, truth[4]!];
    const number = (value: number) => value.toLocaleString('en-US');
    expect(trend.sentences).toEqual([
      expect.stringMatching(
        `^\`main.reg.hooks\` grew from ${number(first.hooks)} to ${number(last.hooks)} closures, .*, and more in every dump.$`,
      ),
      expect.stringMatching(
        `^\`main.sessions\` grew from ${number(first.sessions)} to ${number(last.sessions)} main.Session, .*, and more in every dump.$`,
      ),
    ]);
    const sessions = trend.types.find(({name}) => name === 'main.Session')!;
    expect(sessions).toMatchObject({grows: true, counts: truth.map((held) => held.sessions)});
    expect(trend.types.find(({name}) => name === 'main.Page')).toMatchObject({grows: false});
  });

  test('of two builds are none: closures are the same though they are numbered anew', async () => {
    const executable = buildProgram('changes', findInstalledGo(), join(folder, 'more'), ['-tags=more']);
    const program = await RunningProgram.start(executable, [], join(folder, 'more'));
    try {
      for (let step = 0; step < 2; step++) expect(await takeStep(program, step)).toEqual(truth[step]);
      const other = await convertProgram(program, join(folder, 'more.db'));
      const closures = [databases[1]!, other].map(readHookTypes);
      expect(closures[0]).not.toEqual(closures[1]); // or there would be nothing to match
      const diff = await goheapJson<HeapDiff>(['diff', databases[1]!, other, ...ALL]);
      expect(diff.sentences).toEqual([]);
      expect([diff.objects, diff.kept]).toEqual([null, null]);
      const all = [...diff.types, ...diff.owners, ...diff.goroutine_groups];
      const own = all.filter(({name}) => !/^(\*?runtime|os\/signal)\./.test(name)); // how many threads there are is the runtime's affair
      expect(own.filter(({delta_bytes}) => Math.abs(delta_bytes) > 10_000)).toEqual([]);
    } finally {
      await program.end();
    }
  });
});

function readHookTypes(path: string): unknown[] {
  const database = openDatabase(path);
  const names = database.prepare("SELECT name FROM types WHERE name GLOB 'closure *newHook.func*' AND objects > 0").pluck().all();
  database.close();
  return names;
}
