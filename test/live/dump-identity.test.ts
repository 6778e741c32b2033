/**
 * Two dumps of one process that does next to nothing, between which a debugger changed one word of its heap that no sample looks at: another dump, because
 * the process has run, and its scheduler kept account of that.
 */
import {mkdirSync, rmSync} from 'node:fs';
import {afterAll, expect, test} from 'vitest';
import {WarningLog} from '../../src/base/warnings.js';
import {type CoreFile, findDumped, openCore} from '../../src/image/core-file.js';
import {dumpIdentity} from '../../src/image/dump-identity.js';
import {execFileSync} from '../kit/child-process.js';
import {findInstalledGo, findObstacle} from '../kit/live-cores.js';
import {buildProgram, programFolder, RunningProgram} from '../kit/running-program.js';

const folder = programFolder('identity');
afterAll(() => rmSync(folder, {recursive: true, force: true}));

test.skipIf(findObstacle() !== undefined)('one word of the heap that is no sample', async () => {
  mkdirSync(folder, {recursive: true});
  const program = await RunningProgram.start(buildProgram('clock', findInstalledGo(), folder), ['ticks'], folder);
  try {
    const word = Number(program.lines('word')[0]![0]);
    const first = program.gcore('first');
    execFileSync('gdb', ['-nx', '-batch', '-p', String(program.pid), '-ex', 'set language c', '-ex', `set {unsigned char}${word} = 77`], {
      stdio: 'ignore',
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const second = program.gcore('second');
    const [one, other] = [first, second].map(({core}) => openCore(core, new WarningLog())) as [CoreFile, CoreFile];
    expect([one, other].map(({elf}) => findDumped(elf, word, 2)![0])).toEqual([1, 77]);
    expect(other.source.size).toBe(one.source.size);
    expect(dumpIdentity(one, 0)).not.toBe(dumpIdentity(other, 0));
    const before = process.cpuUsage();
    expect(dumpIdentity(one)).not.toBe(dumpIdentity(other));
    const {user, system} = process.cpuUsage(before);
    expect((user + system) / 2e6, `seconds for a core of ${one.source.size} bytes`).toBeLessThan(1);
    console.log(`identity of ${one.source.size} bytes: ${(user + system) / 2e6} s of CPU`);
    one.close();
    other.close();
  } finally {
    await program.end();
  }
});
