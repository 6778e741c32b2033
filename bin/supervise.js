/**
 * A command in a process of its own. What an input steers – SQL over a stranger's database, unpacking, damaged tables – may compute without a pause,
 * and sees no signal then: only another process can end it. This one does nothing else: it passes signals on, waits a moment, and
 * then ends the command and removes what that has not. Its status is the command's, 128 + n where signal n ended it.
 */
import {spawn} from 'node:child_process';
import {rmSync, writeSync} from 'node:fs';

const SIGNALS = {SIGHUP: 1, SIGINT: 2, SIGTERM: 15};
/** Time for a command to stop by itself, with what it wants to say. */
const GRACE_MS = 500;
/** What computes nothing from an input, or has processes of its own for that. */
const ALONE = ['autocomplete', 'cache', 'help', 'view'];
/** Set for the command's process. */
const MARK = 'GOHEAP_SUPERVISED';
/** File descriptor of the command's process: paths that it makes for a while go there, a line each. Node's own channel would cost both processes 15 ms. */
const CHANNEL = 3;
/** Commands that end sooner do not ask whether the process that watches them still lives. */
const WATCHED_AFTER_MS = 300;
/**
 * For glibc (mallopt(3), M_MMAP_THRESHOLD): larger buffers go back to the system when they are freed. By itself it raises this to 32 MiB as soon as one was,
 * and columns of megabytes leave holes from then on.
 */
export const ALLOCATOR = {MALLOC_MMAP_THRESHOLD_: String(2 ** 20)};

/** Whether these arguments of the command line are a command that runs supervised. */
export function isSupervised([command = '-', ...rest]) {
  return !command.startsWith('-') && !ALONE.includes(command) && !rest.includes('--help');
}

/**
 * In the command's process: true, and nothing waits for the other one; it ends with that one. Processes that it starts are no such.
 * What src/cli/supervisor.ts finds is set here.
 */
export function isSupervisedHere() {
  const supervisor = process.env[MARK];
  if (supervisor === undefined) return false;
  delete process.env[MARK];
  if (supervisor !== String(process.ppid)) {
    if (isOver(Number(supervisor))) process.exit(1); // killed before this one got here: nobody waits for it
    return false;
  }
  globalThis[Symbol.for('goheap.supervisor')] = {temporary: (path) => void writeSync(CHANNEL, `${JSON.stringify(path)}\n`)};
  setTimeout(endWithParent, WATCHED_AFTER_MS).unref();
  return true;
}

function isOver(pid) {
  try {
    process.kill(pid, 0); // sends nothing
    return false;
  } catch ({code}) {
    return code === 'ESRCH';
  }
}

async function endWithParent() {
  const {Socket} = await import('node:net');
  const end = () => process.exit(1);
  new Socket({fd: CHANNEL}).on('end', end).on('error', end).unref().resume();
}

/** Runs `program` with the arguments and ends as it ends. The folders that it names in messages are removed when it could not do so. */
export function supervise(program, args) {
  const temporary = new Set();
  let stopped; // by this signal
  const kill = () => void child.kill('SIGKILL');
  for (const name of Object.keys(SIGNALS)) {
    process.on(name, () => {
      if (stopped !== undefined) return kill();
      stopped = name;
      child.kill(name);
      setTimeout(kill, GRACE_MS).unref();
    });
  }
  const env = {...ALLOCATOR, ...process.env, [MARK]: String(process.pid)};
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], {stdio: ['inherit', 'inherit', 'inherit', 'pipe'], env});
  let lines = '';
  child.stdio[CHANNEL].on('data', (text) => {
    lines += text;
    const end = lines.lastIndexOf('\n') + 1;
    for (const line of lines.slice(0, end).split('\n').filter(Boolean)) temporary.add(JSON.parse(line));
    lines = lines.slice(end);
  });
  child.on('exit', (status, signal) => {
    if (status !== null) process.exit(status);
    for (const path of temporary) rmSync(path, {recursive: true, force: true});
    if (stopped === undefined) endUnexpected(signal, args);
    if (args.includes('--json')) printJson({code: 'interrupted', message: `stopped by ${stopped}`});
    else console.error('Interrupted.');
    process.exit(128 + SIGNALS[stopped]);
  });
}

function endUnexpected(signal, args) {
  const message = `the command was ended (${signal})`;
  const hint = 'It may have needed more memory than there is.';
  if (args.includes('--json')) printJson({code: 'limit', message, hint});
  else console.error(`Error: ${message}\nTry this: ${hint}`);
  process.exit(1);
}

function printJson(error) {
  console.log(JSON.stringify({error}, null, 2));
}
