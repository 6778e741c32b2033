/**
 * `npm start [-- CORE [--exe EXE] [--no-open]]`: makes the checkout ready and opens the viewer on a core – without CORE on the bundled one of the program
 * fixtures/programs/zoo. What follows the first two dashes goes to `goheap view`.
 */
import {parseArgs} from 'node:util';
import {unpackFixture} from '../fixtures/unpack.js';
import {setUp} from './setup.js';

const BUNDLED = 'zoo-1.26.8';

function readArguments() {
  const options = {exe: {type: 'string'}, port: {type: 'string'}, 'no-open': {type: 'boolean'}};
  try {
    return parseArgs({allowPositionals: true, options});
  } catch (error) {
    console.error(`goheap: ${error.message}\nUsage: npm start [-- CORE] [--exe EXE] [--port N] [--no-open]`);
    process.exit(2);
  }
}

const {values, positionals} = readArguments();
setUp();
const {core, executable} = positionals[0] === undefined ? unpackFixture(BUNDLED) : {core: positionals[0], executable: values.exe};
process.argv.length = 2;
process.argv.push('view', core);
if (executable !== undefined) process.argv.push('--exe', executable);
if (values.port !== undefined) process.argv.push('--port', values.port);
if (values['no-open']) process.argv.push('--no-open');
await import('./run.js'); // in this process, so that Ctrl-C has one place to go
