/** Words that the command line does not know: one style of error, the nearest right word, and nothing that waits for an answer. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {GoheapError} from '../../../src/base/errors.js';
import {errorJson, statusOf} from '../../../src/cli/print-error.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {goheapHere} from '../../kit/goheap-here.js';
import {narrowTerminal} from '../../kit/narrow-terminal.js';
import {runGoheap} from '../../kit/run-goheap.js';
import {databaseFromText, temporaryFolder} from '../../kit/small-database.js';

let database = '';
beforeAll(async () => {
  database = await databaseFromText(`
    type main.TreeNode 16 Left@0:*main.TreeNode
    type map.group[int]*main.TreeNode 16
    global main.GTree : *main.TreeNode -> tree
    global main.GFree : *main.TreeNode -> tree
    global other/pkg.config : *main.TreeNode -> tree
    tree : main.TreeNode
    type a/pkg.Item 8
    type b/pkg.Item 8
    global main.items -> 0=first 8=second
    first : a/pkg.Item
    group : map.group[int]*main.TreeNode
    second : b/pkg.Item
  `);
});

/** Runs with DB as the database and expects the two lines. */
async function expectError(args: readonly string[], message: string | RegExp, hint: string | RegExp) {
  const run = await goheapHere(args.map((arg) => (arg === 'DB' ? database : arg)));
  const [first = '', second = '', ...more] = run.stderr.split('\n');
  expect([run.status, run.stdout, more]).toEqual([2, '', ['']]);
  for (const [line, start, expected] of [
    [first, 'Error: ', message],
    [second, 'Try this: ', hint],
  ] as const) {
    if (typeof expected === 'string') expect(line).toBe(start + expected);
    else expect(line).toMatch(new RegExp(`^${start}.*${expected.source}`));
  }
}

describe('commands', () => {
  test.each([
    ['tpo', 'Did you mean top? goheap --help lists the commands.'],
    ['histogramm', 'Did you mean histogram? goheap --help lists the commands.'],
    ['xyzzyxyzzy', 'goheap --help lists the commands.'],
  ])('%s', (command, hint) => expectError([command, 'DB', '--top', '3'], `no command ${command}`, hint));
  test.each([
    ['nonsense', 'goheap --help lists the commands.'],
    ['histogam', 'Did you mean histogram? goheap --help lists the commands.'],
  ])('help about nothing: %s', (command, hint) => expectError(['help', command], `command ${command} not found`, hint));
  test.each<[string[], string, string]>([
    [['fleet', 'add'], 'missing: CORES', 'goheap fleet add --help tells what it takes.'],
    [['fleet', 'add', 'core'], '--to is missing', 'goheap fleet add --help tells what it takes.'],
    [['fleet', 'add', 'core', '--too', 'x'], 'no flag --too', 'Did you mean --to? goheap fleet add --help lists the flags.'],
    [['fleet', 'query', '--nonsense'], 'no flag --nonsense', 'goheap fleet query --help lists the flags.'],
  ])('of a topic: %j', (args, message, hint) => expectError(args, message, hint));
  test('in CI nobody is asked, even at a terminal', async () => {
    const environment = {...narrowTerminal(80), CI: 'true'};
    expect(await runGoheap(['inof'], {environment})).toMatchObject({status: 2, stderr: expect.stringMatching(/^Error: no command inof\n/)});
  });
});

describe('arguments and flags', () => {
  test.each<[string[], string, string]>([
    [['info'], 'missing: INPUT', 'goheap info --help tells what it takes.'],
    [['path'], 'missing: INPUT OBJECT', 'goheap path --help tells what it takes.'],
    [['info', 'DB', 'b'], 'too many arguments: b', 'goheap info --help tells what it takes.'],
    [['info', 'DB', '--byte'], 'no flag --byte', 'Did you mean --bytes? goheap info --help lists the flags.'],
    [['info', 'DB', '--jsn=1'], 'no flag --jsn=1', 'Did you mean --json? goheap info --help lists the flags.'],
    [['info', 'DB', '-z'], 'no flag -z', 'goheap info --help lists the flags.'],
    [['info', 'DB', '--exe'], 'flag --exe expects a value', 'goheap info --help tells more.'],
    [['top', 'DB', '--top', '5', '--top', '6'], 'flag --top can only be specified once', 'goheap top --help tells more.'],
    [
      ['histogram', 'DB', '--by', 'colour'],
      'expected --by=colour to be one of: type, owner, package, kind',
      'goheap histogram --help tells more.',
    ],
    [
      ['histogram', 'DB', '--by', 'kind', '--sort', 'retained'],
      '--sort retained: groups by kind have no such size',
      'Sort by bytes or objects.',
    ],
    [['convert', '--list', '--to', 'x'], '--to=x cannot also be provided when using --list', 'goheap convert --help tells more.'],
    [['convert', 'DB', '--to', 'word'], "no format 'word'", ''],
    [['autocomplete', 'fish'], 'expected fish to be one of: zsh, bash, powershell', 'goheap --help lists the commands.'],
  ])('%j', (args, message, hint) => expectError(args, message, hint || /Formats: sqlite, .+ --to \.\/module\.js/));

  test.each([
    ['top', '--top', 1, 1_000_000],
    ['histogram', '--top', 1, 1_000_000],
    ['goroutines', '--top', 1, 1_000_000],
    ['object', '--top', 1, 1_000_000],
    ['path', '--all', 1, 1000],
    ['view', '--port', 0, 65_535],
  ] as const)('%s %s from %d to %d', async (command, flag, least, most) => {
    const object = command === 'object' || command === 'path' ? ['main.GTree'] : [];
    const others = command === 'top' ? ['1.5', '0x10', '', '1e3', '99999999999999999999'] : [];
    for (const value of [String(least - 1), 'many', String(most + 1), ...others]) {
      await expectError(
        [command, 'DB', ...object, `${flag}=${value}`],
        `${flag} ${value}: expected a whole number from ${least} to ${most}`,
        `goheap ${command} --help tells more.`,
      );
    }
    if (command !== 'top' && command !== 'path') return;
    for (const value of [least, most]) {
      expect(await goheapHere([command, database, ...object, `${flag}=${value}`, '--quiet'])).toMatchObject({status: 0, stderr: ''});
    }
  });
});

describe('--type', () => {
  test.each<[string, string]>([
    ['main.TreeNod', 'Did you mean main.TreeNode?'],
    ['TreeNode', 'Did you mean main.TreeNode?'],
    ['nothing.like.it', 'goheap histogram INPUT lists the types.'],
  ])('%s', (type, hint) => expectError(['objects', 'DB', '--type', type], `${type}: no type that has objects`, hint));
  test('a short name of several types', () =>
    expectError(['objects', 'DB', '--type', 'pkg.Item'], 'pkg.Item: 2 types are called so', 'Give one of a/pkg.Item, b/pkg.Item'));
});

describe('OBJECT', () => {
  test.each<[string, string | RegExp]>([
    ['main.GTre', 'Did you mean main.GTree, main.GFree?'],
    ['GTree', 'Did you mean main.GTree?'],
    ['config', 'Did you mean other/pkg.config?'],
    ['main.TreeNode', /main\.TreeNode is a type\. Its objects: goheap objects INPUT --type 'main\.TreeNode'$/],
    ['TreeNode', /main\.TreeNode is a type\./],
    ['nothing.like.it.at.all', /Give an address inside an object/],
    ['0xc0ffee', /Give an address inside an object/],
    ['goroutine 99', /Give an address inside an object/],
    ['99999', /Give an address inside an object/],
  ])('%s', (object, hint) => expectError(['path', 'DB', object], `${object}: no object or variable`, hint));
  test('a name of several variables', async () => {
    const zoo = await openFixtureDatabase('zoo-1.26.8');
    const name = zoo.prepare<[], string>("SELECT name FROM roots WHERE kind = 'local' GROUP BY name HAVING count(*) > 10").pluck().get()!;
    const run = await goheapHere(['object', zoo.name, name]);
    zoo.close();
    expect(run.stderr).toMatch(/^Error: \w+: \d+ variables have this name\nTry this: Give one of their node ids: (\d+, ){10}…\n$/);
    expect(run.status).toBe(2);
  });
  test('what the hint of a type says can be run', async () => {
    const {stderr} = await goheapHere(['path', database, 'TreeNode']);
    const [, type] = /objects INPUT --type '(.+)'/.exec(stderr)!;
    expect((await goheapHere(['objects', database, '--type', type!])).stdout).toMatch(/^RETAINED.+\n.+ main\.G\w+ +main\.TreeNode\n$/);
  });
});

describe("the user's own exporter", () => {
  test.each([
    ['export const number = 1;', 'exports no exporter', /Export an object with name, extension, summary, losses and write/],
    ['syntax error', 'cannot be loaded', /It must be an ES module in JavaScript/],
  ])('%s', async (text, message, hint) => {
    const path = join(temporaryFolder(), 'own.mjs');
    writeFileSync(path, text);
    await expectError(['convert', 'DB', '--to', path], new RegExp(message), hint);
  });
  test('that declares a choice without values', async () => {
    const path = join(temporaryFolder(), 'own.mjs');
    const options = `{odd: {kind: 'choice', help: ''}}`;
    writeFileSync(path, `export default {name: 'own', extension: '.own', summary: '', losses: [], options: ${options}, write() {}};`);
    await expectError(
      ['convert', 'DB', '--to', path, '--option', 'odd=1'],
      'own: its option odd is a choice without values',
      /docs\/library\.md/,
    );
  });
  test('that writes nothing', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'own.mjs'), `export default {name: 'own', extension: '.own', summary: '', losses: [], write() {}};`);
    const run = await goheapHere(['convert', database, '--to', './own.mjs'], {cwd: folder});
    expect(run).toMatchObject({status: 1, stderr: expect.stringMatching(/^Error: own: the exporter wrote no file\nTry this: .+\n$/)});
  });
});

describe('help', () => {
  test('without arguments, with help and with --help: the commands', async () => {
    const [plain, ...others] = await Promise.all([[], ['help'], ['--help']].map((args) => goheapHere(args)));
    expect(plain).toMatchObject({status: 0, stderr: '', stdout: expect.stringMatching(/COMMANDS\n {2}autocomplete .+\n {2}view /s)});
    for (const other of others) expect(other).toEqual(plain);
  });
  test('every command has a summary, examples and a description for each flag', () => {
    const {commands} = JSON.parse(readFileSync('oclif.manifest.json', 'utf8')) as {commands: Record<string, Record<string, unknown>>};
    expect(Object.keys(commands)).toContain('cache');
    for (const [id, {summary, examples, flags}] of Object.entries(commands)) {
      expect([id, summary, examples]).toEqual([id, expect.stringMatching(/\.$/), expect.arrayContaining([expect.any(String)])]);
      for (const [name, flag] of Object.entries(flags as Record<string, {description?: string}>)) {
        expect([id, name, flag.description]).toEqual([id, name, expect.stringMatching(/./)]);
      }
    }
  });
  test('no colours with NO_COLOR, nor into a pipe', async () => {
    const environment = {...narrowTerminal(80), NO_COLOR: '1'};
    for (const run of [await runGoheap(['info', '--help'], {environment}), await runGoheap(['info', '--help'])]) {
      expect([run.status, run.stdout.includes('\u001b')]).toEqual([0, false]);
    }
  });
  test('--version', async () => {
    expect((await goheapHere(['--version'])).stdout).toMatch(/^goheap\/\d+\.\d+\.\d+ linux-\S+ node-v\d+/);
  });
});

test.each(['bash', 'zsh'])('autocomplete for %s knows commands and flags', async (shell) => {
  const environment = {XDG_CACHE_HOME: temporaryFolder()};
  mkdirSync(join(environment.XDG_CACHE_HOME, 'goheap'));
  const run = await runGoheap(['autocomplete', shell], {environment});
  expect(run).toMatchObject({status: 0, stdout: expect.stringContaining(`goheap autocomplete script ${shell}`)});
  const script = await runGoheap(['autocomplete', 'script', shell], {environment});
  expect(script.stdout).toContain(join(environment.XDG_CACHE_HOME, 'goheap', 'autocomplete', `${shell}_setup`));
  const functions = shell === 'bash' ? 'bash/goheap.bash' : 'zsh/_goheap';
  const text = readFileSync(join(environment.XDG_CACHE_HOME, 'goheap', 'autocomplete', 'functions', functions), 'utf8');
  for (const word of ['histogram', 'goroutines', '--force-mismatch', '--wide']) expect(text).toContain(word);
});

test('a bug is no usage error', () => {
  expect(statusOf(new Error('bug'))).toBe(1);
  expect(errorJson(new Error('bug'))).toEqual({error: {code: 'internal', message: 'bug', stack: expect.stringContaining('usage.test')}});
  expect(errorJson(new GoheapError('io', 'gone'))).toEqual({error: {code: 'io', message: 'gone'}});
});
