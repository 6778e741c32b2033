/** Each tier says first which Node it tests (vitest's globalSetup). */
import type {TestProject} from 'vitest/node';

export default function printNode({vitest}: TestProject): void {
  console.log(
    `Tests of ${vitest.config.mode === 'test' ? 'recorded' : vitest.config.mode} run in Node ${process.version}: ${process.execPath}`,
  );
}
