/** What exporters declare as their options: each is taken, everything else is refused before anything is written. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {formats} from '../../../formats/index.js';
import {type Exporter, type ExporterOption, writeHeap} from '../../../src/index.js';
import {checkOptions} from '../../../src/library/check-options.js';
import {ZOO} from '../../kit/exported.js';
import {heapFromText} from '../../kit/library-heap.js';
import {temporaryFolder} from '../../kit/small-database.js';
import {projectFiles, readProjectFile} from '../../kit/source-files.js';

/** Every value of a choice, and one of anything else. */
function valuesOf(option: ExporterOption): readonly unknown[] {
  return option.kind === 'choice'
    ? option.values
    : {switch: [true, false], pattern: [/secret/], text: ['x'], list: [['a=1', 'b=2']]}[option.kind];
}

describe.each(formats)('$name', (format) => {
  const heap = heapFromText(ZOO);
  const declared = Object.entries(format.options ?? {});

  test.each(declared)('takes every value of %s that it declares', async (name, option) => {
    const folder = temporaryFolder();
    for (const [at, value] of valuesOf(option).entries()) {
      const path = join(folder, String(at));
      await writeHeap(heap, format, path, {[name]: value});
      expect(existsSync(path)).toBe(true);
    }
    if (option.kind === 'choice' && option.default !== undefined) expect(option.values).toContain(option.default);
    expect(option.help).toMatch(/^\S.*[^.]$/);
  });

  test('refuses an option or a value that it does not declare', async () => {
    const path = join(temporaryFolder(), 'out');
    const wrong = declared.map(([name]) => [{[name]: 17}, `${format.name}: ${name} cannot be 17`]);
    for (const [options, message] of [...wrong, [{colour: 'red'}, `${format.name}: takes no option 'colour'`]]) {
      await expect(writeHeap(heap, format, path, options as object)).rejects.toMatchObject({
        code: 'usage',
        message,
        hint: expect.any(String),
      });
    }
    expect(existsSync(path)).toBe(false);
  });

  test('what may carry data of the program can be told to leave it out and to redact it', () => {
    expect(format.options).toMatchObject({contents: {values: expect.arrayContaining(['none'])}, redact: {kind: 'pattern'}});
  });
});

describe('checkOptions', () => {
  const own: Pick<Exporter, 'name' | 'options'> = {
    name: 'own',
    options: {order: {kind: 'choice', values: ['up', 'down'], help: ''}, all: {kind: 'switch', help: ''}, title: {kind: 'text', help: ''}},
  };
  const check = (options: object, message: string, hint: string) =>
    expect(() => checkOptions(own, options, formats)).toThrow(expect.objectContaining({code: 'usage', message, hint}));

  test('says what is taken instead, and by whom', () => {
    check({order: 'left'}, "own: order cannot be 'left'", 'It takes up, down.');
    check({all: 'yes'}, "own: all cannot be 'yes'", 'It takes true or false.');
    check({title: true}, 'own: title cannot be true', 'It takes a text.');
    check({redact: /x/}, "own: takes no option 'redact'", `Formats that take it: ${formats.map(({name}) => name).join(', ')}.`);
    check({constructor: 1}, "own: takes no option 'constructor'", 'Options of own: order, all, title.');
    expect(() => checkOptions({name: 'bare'}, {a: 1})).toThrow(expect.objectContaining({hint: 'bare takes no options.'}));
    expect(() => checkOptions(formats[0]!, {redact: 'x'})).toThrow(expect.objectContaining({hint: 'It takes a regular expression.'}));
  });
  test('what is not given is not checked', () => checkOptions(own, {colour: undefined, order: 'up'}));
});

test('a format is named in its folder and in formats/index.ts alone', () => {
  const names = formats.map(({name}) => name).filter((name) => name !== 'sqlite'); // commands and library read that one
  const sources = projectFiles().filter((path) => /^(src|viewer|bin|formats)\/.*\.[jt]sx?$/.test(path));
  const naming = names.flatMap((name) =>
    sources
      .filter((path) => path !== 'formats/index.ts' && !path.startsWith(`formats/${name}/`) && !path.startsWith(`src/${name}/`)) // what reads it
      .filter((path) => !path.startsWith('src/fleet/') || name !== 'parquet') // whose files are of it
      .filter((path) => new RegExp(`['"]${name}['"]|formats/${name}`).test(readProjectFile(path))),
  );
  expect(naming).toEqual([]);
});
