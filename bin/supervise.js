/**
 * A command in a process of its own. What an input steers – SQL over a stranger's database, unpacking, damaged tables – may compute without a pause,
 * and sees no signal then: only another process can end it. This one does nothing else: it passes signals on, waits a moment, and
 * then ends the command and removes what that has not. Its status is the command's, 128 + n where signal n ended it.
 */
import {fork} from 'node:child_process';
import {rmSync} from 'node:fs';

const SIGNALS = {SIGHUP: 1, SIGINT: 2, SIGTERM: 15};
/** Time for a command to stop by itself, with what it wants to say. */
const GRACE_MS = 500;
/** What computes nothing from an input, or has processes of its own for that. */
const ALONE = ['autocomplete', 'cache', 'help', 'view'];
/** Set for the command's process. */
const MARK = 'GOHEAP_SUPERVISED';

/** Whether these arguments of the command line are a command that runs supervised. */
export function isSupervised([command = '-', ...rest]) {
  return !command.startsWith('-') && !ALONE.includes(command) && !rest.includes('--help');
}

/** In the command's process: true, and nothing waits for the other one; it ends with that one. Processes that it starts are no such. */
export function isSupervisedHere() {
  if (process.env[MARK] === undefined || process.send === undefined) return false;
  delete process.env[MARK];
  process.once('disconnect', () => process.exit(1));
  process.channel.unref();
  return true;
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
  const child = fork(program, args, {stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: {...process.env, [MARK]: '1'}});
  child.on('message', (message) => {
    if (typeof message?.temporary === 'string') temporary.add(message.temporary);
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
