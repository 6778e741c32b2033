/**
 * A process that runs goheap's commands on hostile inputs, one after the other: { commands }, each as on a command line. It answers with what they
 * printed, how they ended, and what they cost. Runs dist, as the product does; a process of its own, because a crash, a hang or a shortage
 * of memory must not end the test.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {Config} from '@oclif/core';

const config = await Config.load(fileURLToPath(new URL('../../bin/run.js', import.meta.url)));
const commands = new Map();
const COMMANDS = 'convert info top histogram goroutines objects object path query suspects strings check report';
for (const id of COMMANDS.split(' ')) {
  commands.set(id, (await import(new URL(`../../dist/src/commands/${id}.js`, import.meta.url))).default);
}
const output = {stdout: '', stderr: ''};
for (const name of ['stdout', 'stderr']) {
  process[name].setMaxListeners(0);
  process[name].write = (text, ...more) => {
    output[name] += text;
    more.at(-1)?.();
    return true;
  };
}

/** The text and the exit status of one command. */
async function run([id, ...argv]) {
  Object.assign(output, {stdout: '', stderr: ''});
  process.exitCode = undefined;
  try {
    await commands.get(id).run(argv, config);
  } catch (error) {
    if (error?.oclif?.exit === undefined) output.stderr += `Thrown: ${error?.stack ?? error}`;
  }
  const status = process.exitCode ?? 0;
  process.exitCode = undefined;
  return {command: id, status, ...output};
}

process.on('message', async ({lines}) => {
  globalThis.gc?.();
  writeFileSync('/proc/self/clear_refs', '5'); // Linux counts the most memory of a process from here on
  const start = process.cpuUsage();
  const runs = [];
  for (const line of lines) {
    runs.push(await run(line));
    if (runs.length === 1 && runs[0].status !== 0 && line[0] === 'convert') break; // nothing to ask
  }
  const {user, system} = process.cpuUsage(start);
  const peakBytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  process.send({runs, milliseconds: (user + system) / 1000, peakBytes});
});
process.on('disconnect', () => process.exit(0));
