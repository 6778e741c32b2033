/**
 * `npm start [-- CORE [--exe EXE] [--no-open]]`: makes the checkout ready and opens the viewer on a core – without CORE on a bundled one: that
 * of the program fixtures/programs/leak, or with --sample NAME another. What follows the first two dashes goes to `goheap view`, which runs in the Node that set-up
 * chose: a process of its own, which gets the signals that this one gets, and whose status is this one's.
 */
import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {unpackFixture} from '../fixtures/unpack.js';
import {setUp} from './setup.js';

/** Bundled cores by the names of --sample: a shop whose sessions stay, and a program with several leaks at once. */
const SAMPLES = {shop: 'leak-1.26.8', leak: 'suspects-1.26.8'};
const RUN = fileURLToPath(new URL('run.js', import.meta.url));
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function readArguments() {
  const options = {exe: {type: 'string'}, port: {type: 'string'}, sample: {type: 'string'}, 'no-open': {type: 'boolean'}};
  try {
    const read = parseArgs({allowPositionals: true, options});
    const {sample} = read.values;
    if (sample !== undefined && !Object.hasOwn(SAMPLES, sample))
      throw new Error(`--sample ${sample}: there are ${Object.keys(SAMPLES).join(' and ')}`);
    return read;
  } catch (error) {
    console.error(`goheap: ${error.message}\nUsage: npm start [-- CORE] [--exe EXE] [--sample NAME] [--port N] [--no-open]`);
    process.exit(2);
  }
}

const {values, positionals} = readArguments();
const node = setUp();
const {core, executable} =
  positionals[0] === undefined ? unpackFixture(SAMPLES[values.sample ?? 'shop']) : {core: positionals[0], executable: values.exe};
const args = ['view', core];
if (executable !== undefined) args.push('--exe', executable);
if (values.port !== undefined) args.push('--port', values.port);
if (values['no-open']) args.push('--no-open');

console.error(`goheap: Starting the viewer on ${core}; Ctrl-C ends it.`);
const viewer = spawn(node, [RUN, ...args], {stdio: 'inherit'});
for (const name of SIGNALS) process.on(name, () => viewer.kill(name));
viewer.on('exit', (status, signal) => {
  if (signal === null) process.exit(status);
  for (const name of SIGNALS) process.removeAllListeners(name);
  process.kill(process.pid, signal); // ended by it as well
});
