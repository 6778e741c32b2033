/** Every table that a command prints, on terminals of 60, 80 and 120 columns: no line is longer, and no address loses a digit. */
import {copyFileSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {goheapHere} from '../../kit/goheap-here.js';
import {temporaryFolder} from '../../kit/small-database.js';

const cache = temporaryFolder();
let database = '';
let address = '';
beforeAll(async () => {
  const zoo = await openFixtureDatabase('zoo-1.26.8');
  database = zoo.name;
  // The object with the longest type of those that lie deep: a path of many steps.
  address = zoo
    .prepare<[], string>(
      "SELECT printf('0x%x', o.address) FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'main.Dog' AND o.reachable ORDER BY o.id DESC",
    )
    .pluck()
    .get()!;
  zoo.close();
  mkdirSync(join(cache, 'goheap'), {mode: 0o700});
  copyFileSync(database, join(cache, 'goheap', `${'0'.repeat(32)}.db`));
});

const ADDRESS = /0x[0-9a-f]{6,}/g;
const commands: readonly (readonly string[])[] = [
  ['info', 'DB'],
  ['top', 'DB', '--top', '200'],
  ['top', 'DB', '--under', 'main.GHuge'],
  ['top', 'DB', '--all', '--top', '200'],
  ['objects', 'DB', '--type', 'main.TreeNode', '--top', '50'],
  ['histogram', 'DB', '--top', '200'],
  ['histogram', 'DB', '--by', 'owner'],
  ['histogram', 'DB', '--by', 'package'],
  ['histogram', 'DB', '--by', 'kind'],
  ['path', 'DB', 'OBJECT', '--all', '2'],
  ['object', 'DB', 'OBJECT'],
  ['object', 'DB', 'main.GTree'],
  ['goroutines', 'DB', '--locals'],
  ['query', 'DB', "SELECT printf('0x%x', o.address) AS address, o.size, t.name FROM objects o JOIN types t ON t.id = o.type_id LIMIT 600"],
  ['convert', '--list'],
  ['cache'],
];

describe.each(commands)('%s %s %s %s %s', (...command) => {
  const run = async (columns: number, ...more: string[]) => {
    const args = command.map((arg) => ({DB: database, OBJECT: address})[arg] ?? arg);
    const {status, stdout, stderr} = await goheapHere([...args, ...more], {columns, environment: {XDG_CACHE_HOME: cache}});
    expect([status, stderr]).toEqual([0, '']);
    return stdout.split('\n');
  };
  /** Without the expression above a path, which is no table. */
  const isOfTable = (line: string) => !/^main\./.test(line) && !line.includes(`in ${join(cache, 'goheap')}`);

  const addressesOf = (list: readonly string[]) => new Set(list.filter(isOfTable).flatMap((line) => line.match(ADDRESS) ?? []));
  let whole = new Set<string>();
  beforeAll(async () => {
    if (command[0] !== 'convert') whole = addressesOf(await run(60, '--wide')); // it has no --wide, and prints no address
  });

  test.each([60, 80, 120])('%d columns', async (columns) => {
    const lines = await run(columns);
    expect(lines.filter((line) => isOfTable(line) && line.length > columns)).toEqual([]);
    expect(addressesOf(lines)).toEqual(whole);
  });
});

test('--wide prints what a pipe gets', async () => {
  const piped = await goheapHere(['top', database]);
  const wide = await goheapHere(['top', database, '--wide'], {columns: 40});
  expect(wide.stdout).toBe(piped.stdout);
  expect((await goheapHere(['top', database], {columns: 40})).stdout).toMatch(/\(without [^)]+; --wide\s+shows all\)\n$/);
});
