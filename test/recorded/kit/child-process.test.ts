/**
 * Tests that are killed leave no process behind: a real run of vitest whose only test waits in `spawnSync` for a program that would sleep for an hour.
 */
import {existsSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {spawn} from '../../kit/child-process.js';
import {temporaryFolder} from '../../kit/small-database.js';
import {projectFiles, ROOT, readProjectFile} from '../../kit/source-files.js';
import {isRunning, until} from '../../kit/viewer-process.js';

const kit = (name: string) => JSON.stringify(fileURLToPath(new URL(`../../kit/${name}`, import.meta.url)));
const CONFIG = `export default {test: {include: ['*.test.ts'], setupFiles: [${kit('each-file.ts')}]}};`;
const SLEEP = `import {test} from 'vitest';
import {spawnSync} from ${kit('child-process.ts')};
test('sleeps', () => void spawnSync('sh', ['-c', 'echo $PPID $$ > pids; exec sleep 3600']));
`;

test.each(['vitest', 'the worker'])('%s is killed: what the test started ends', async (who) => {
  const folder = temporaryFolder();
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'vitest.config.js'), CONFIG);
  writeFileSync(join(folder, 'sleep.test.ts'), SLEEP);
  const vitest = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run'], {cwd: folder, stdio: 'ignore'});
  const pids = join(folder, 'pids');
  await until(() => existsSync(pids) && readFileSync(pids, 'utf8').includes('\n'));
  const [worker, sleeper] = readFileSync(pids, 'utf8').split(' ').map(Number) as [number, number];
  expect([worker, sleeper].map(isRunning)).toEqual([true, true]);
  if (who === 'vitest') vitest.kill('SIGKILL');
  else process.kill(worker, 'SIGKILL');
  await until(() => ![worker, sleeper].some(isRunning));
  vitest.kill('SIGKILL');
});

test('tests start processes through the kit alone', () => {
  const starting = projectFiles().filter(
    (path) => path.startsWith('test/') && /^import .*'node:child_process'/m.test(readProjectFile(path)),
  );
  expect(starting).toEqual(['test/kit/child-process.ts']);
});
