/** What processes that were killed left where they wrote goes with the next writing there, at once where it is known that they are over. */
import {once} from 'node:events';
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';
import {writeWhole} from '../../../src/base/write-whole.js';
import {isSurelyOver, MARK_DIGITS, ownMark} from '../../../src/base/writing-process.js';
import {spawn} from '../../kit/child-process.js';
import {temporaryFolder} from '../../kit/small-database.js';
import {ROOT} from '../../kit/source-files.js';

const write = (path: string) => writeWhole(path, {}, {}, async (temporary) => writeFileSync(temporary, 'whole'));

/** Begins to write `target` in a process of its own, which is killed; the name of what is left. */
async function leaveBehind(target: string): Promise<string> {
  const module = pathToFileURL(join(ROOT, 'dist/src/base/write-whole.js')).href;
  const program = `const {writeWhole} = await import('${module}');
    const {writeFileSync} = await import('node:fs');
    await writeWhole(process.argv[1], {}, {}, async (path) => {
      writeFileSync(path, 'half');
      console.log('waiting');
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, target], {stdio: ['ignore', 'pipe', 'inherit']});
  await once(child.stdout!, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  const [left] = readdirSync(join(target, '..'));
  return left!;
}

test('what a killed process left goes at once, whatever is written there next', async () => {
  const folder = temporaryFolder();
  expect(await leaveBehind(join(folder, 'out'))).toMatch(/^\.out\.\d+-[0-9a-z]{17,}\.tmp$/);
  await write(join(folder, 'another'));
  expect(readdirSync(folder)).toEqual(['another']);
  expect(readFileSync(join(folder, 'another'), 'utf8')).toBe('whole');
});

test('what a running process writes stays; so does what another container or machine may be writing', async () => {
  const folder = temporaryFolder();
  const left = await leaveBehind(join(folder, 'out'));
  const [, pid] = /\.(\d+)-/.exec(left)!;
  const elsewhere = left.replace(/-[0-9a-z]{8}/, '-00000000');
  renameSync(join(folder, left), join(folder, elsewhere));
  const running = `.out.${process.pid}-${ownMark()}abc.tmp`;
  const notOurs = ['.out.12.tmp', `.out.${pid}-abc.tmp`, 'notes.tmp'];
  for (const name of [running, ...notOurs]) mkdirSync(join(folder, name));
  await write(join(folder, 'out'));
  expect(readdirSync(folder).sort()).toEqual([running, elsewhere, ...notOurs, 'out'].sort());
});

test('a pid that another process has now', async () => {
  const folder = temporaryFolder();
  const earlier = ownMark().slice(0, 8) + '0'.repeat(MARK_DIGITS - 8);
  const left = join(folder, `.out.${process.pid}-${earlier}abc.tmp`);
  mkdirSync(left);
  await write(join(folder, 'out'));
  expect(existsSync(left)).toBe(false);
});

test('a process that ended and that nobody asked is over', async () => {
  // The shell does not wait for its child, which stays a zombie.
  const shell = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 600'], {stdio: ['ignore', 'pipe', 'ignore']});
  const [text] = (await once(shell.stdout!, 'data')) as [Buffer];
  const pid = Number(text);
  const mark = ownMark();
  await expect.poll(() => /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')), {timeout: 60_000}).toBe(true);
  expect(isSurelyOver(pid, mark)).toBe(true);
  expect(isSurelyOver(process.pid, mark)).toBe(false);
  shell.kill('SIGKILL');
});
