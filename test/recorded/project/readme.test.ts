/**
 * The examples in README.md are what the commands print. A block is a line `$ goheap …` and its output; a line `…` stands for
 * any number of left out lines. UPDATE=1 writes the outputs anew, but for blocks that leave lines out.
 */
import {mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {unpackFixture} from '../../kit/fixtures.js';
import {runGoheap} from '../../kit/goheap.js';
import {ROOT, readProjectFile} from '../../kit/source-files.js';

const BLOCK = /```console\n\$ goheap (.+)\n((?:.*\n)*?)```/g;
const LEFT_OUT = '…';
const blocks = [...readProjectFile('README.md').matchAll(BLOCK)].map(([, command, output]) => ({command: command!, output: output!}));

const folder = mkdtempSync(join(tmpdir(), 'goheap-readme-'));
beforeAll(() => {
  const fixture = unpackFixture('zoo-1.26.8');
  symlinkSync(fixture.core, join(folder, 'core'));
  symlinkSync(fixture.executable, join(folder, 'exe'));
});
afterAll(() => rmSync(folder, {recursive: true}));

/** Runs a command line of the README in a folder with core and exe. */
function run(command: string): string {
  const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
  const {status, stdout, stderr} = runGoheap(args, {cwd: folder});
  expect(status, stderr).toBe(0);
  return stdout;
}

/** Whether the lines are those of the pattern, where LEFT_OUT stands for any lines. */
function matches(pattern: readonly string[], lines: readonly string[]): boolean {
  if (pattern.length === 0) return lines.length === 0;
  const [first, ...rest] = pattern;
  if (first === LEFT_OUT) return lines.some((_, skipped) => matches(rest, lines.slice(skipped))) || rest.length === 0;
  return lines.length > 0 && lines[0] === first && matches(rest, lines.slice(1));
}

test('the README shows every command', () => {
  const shown = new Set(blocks.map(({command}) => command.split(' ')[0]));
  expect([...shown].sort()).toEqual(['convert', 'histogram', 'info', 'object', 'path', 'query', 'top']);
});

test.each(blocks)('$command', ({command, output}) => {
  const found = run(command);
  const isWhole = !output.split('\n').includes(LEFT_OUT);
  if (process.env.UPDATE === '1' && isWhole) {
    const text = readProjectFile('README.md').replace(`$ goheap ${command}\n${output}`, () => `$ goheap ${command}\n${found}`);
    writeFileSync(join(ROOT, 'README.md'), text);
  } else if (isWhole) expect(found).toBe(output);
  else expect(matches(output.trimEnd().split('\n'), found.trimEnd().split('\n')), found).toBe(true);
});
