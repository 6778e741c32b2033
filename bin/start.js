/**
 * `npm start [-- CORE [--exe EXE] [--no-open]]`: makes the checkout ready and opens the viewer on a core – without CORE on a bundled one: that
 * of the program fixtures/programs/leak, or with --sample NAME another. What follows the first two dashes goes to `goheap view`, which runs in the Node that set-up
 * chose: a process of its own, which gets the signals that this one gets, and whose status is this one's.
 */
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {unpackFixture} from '../fixtures/unpack.js';
import {setUp} from './setup.js';

/** Bundled cores by the names of --sample: a shop whose sessions stay, and a program with several leaks at once. */
const SAMPLES = {shop: 'leak-1.26.8', leak: 'suspects-1.26.8'};
const RUN = fileURLToPath(new URL('run.js', import.meta.url));
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const USAGE = 'Usage: npm start [-- CORE] [--exe EXE] [--sample NAME] [--port N] [--no-open]';
const HELP = `Installs and builds what is missing, and shows a core in the viewer; what npm start is to pass on stands behind two dashes.

${USAGE}

  CORE           a core dump, a heap dump, or a database that goheap wrote; else a bundled core
  --exe EXE      the executable of CORE
  --sample NAME  which bundled core: ${Object.keys(SAMPLES).join(', ')}
  --port N       where the viewer listens; else any port that is free
  --no-open      print the address, and open no browser

Once it is built, node bin/run.js view --help has the viewer's other flags, and node bin/run.js --help the other commands.`;

function readArguments() {
  const options = {
    exe: {type: 'string'},
    port: {type: 'string'},
    sample: {type: 'string'},
    'no-open': {type: 'boolean'},
    help: {type: 'boolean', short: 'h'},
    version: {type: 'boolean'},
  };
  try {
    const read = parseArgs({allowPositionals: true, options});
    const {sample, help, version} = read.values;
    if (help) tell(HELP);
    if (version) tell(versionText());
    if (sample !== undefined && !Object.hasOwn(SAMPLES, sample))
      throw new Error(`--sample ${sample}: there are ${Object.keys(SAMPLES).join(' and ')}`);
    return read;
  } catch (error) {
    console.error(`goheap: ${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

/** All that was asked for: nothing is installed, built or opened. */
function tell(text) {
  console.log(text);
  process.exit(0);
}

/** As `goheap --version` says it. */
function versionText() {
  const {name, version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`;
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
