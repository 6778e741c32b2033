/** What tests ask of /proc has an answer for a process that is over, too: it may end while they ask. */
import {once} from 'node:events';
import {expect, test} from 'vitest';
import {spawn} from '../../kit/child-process.js';
import {childrenOf, cpuMilliseconds, descendantsOf, isRunning} from '../../kit/viewer-process.js';

test('a process that runs, and one that is over', async () => {
  const child = spawn('sh', ['-c', 'echo ready; read line'], {stdio: ['pipe', 'pipe', 'ignore']});
  await once(child.stdout!, 'data');
  expect([isRunning(child.pid!), childrenOf(process.pid).includes(child.pid!), descendantsOf(child.pid!)]).toEqual([true, true, []]);
  child.stdin!.end();
  await once(child, 'close');
  expect([isRunning(child.pid!), childrenOf(child.pid!), descendantsOf(child.pid!), cpuMilliseconds(child.pid!)]).toEqual([
    false,
    [],
    [],
    0,
  ]);
});

test('one that ends while it is asked is no error', async () => {
  for (let count = 0; count < 20; count++) {
    const child = spawn('true', [], {stdio: 'ignore'});
    while (isRunning(child.pid!)) {
      childrenOf(child.pid!);
      cpuMilliseconds(child.pid!);
      await new Promise((resolve) => setImmediate(resolve)); // it is reaped here
    }
  }
});
