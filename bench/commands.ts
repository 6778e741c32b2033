/**
 * What each command costs on a database: `commands.js DATABASE [WORD…]` runs them all, or those that have one of the words, once each, and prints a table of CPU time, wall time and the peak of
 * memory; what is above the limits is marked. What is asked for – a type, an owner, variables – is what the database has most of, so that any large one will do.
 */
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {openDatabase} from '../src/sql/index.js';
import {accountCommand} from './measure.js';

const RUN = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'run.js');
/** Of all commands but those of SLOW. */
const LIMITS = {cpuSeconds: 1, bytes: 500e6};
/** They may go through all objects and pointers. */
const SLOW = /^(?:diff|whatif|held-by)/;
const SLOW_SECONDS = 10;

const [database, ...words] = process.argv.slice(2);
if (database === undefined) throw new Error('usage: commands.js DATABASE [WORD…]');
console.log('| command | CPU s | wall s | MB | |\n|---|--:|--:|--:|---|');
for (const command of await listCommands(database)) {
  const text = command.join(' ');
  if (words.length > 0 && !words.some((word) => text.includes(word))) continue;
  const [name, ...rest] = command;
  const {cpuSeconds, wallSeconds, peakBytes} = accountCommand(process.execPath, [
    RUN,
    name!,
    database,
    ...rest,
    ...(name === 'query' ? [] : ['--quiet']),
  ]);
  const limit = SLOW.test(text) ? SLOW_SECONDS : LIMITS.cpuSeconds;
  const mark = cpuSeconds > limit || peakBytes > LIMITS.bytes ? 'above the limits' : '';
  console.log(`| \`${text}\` | ${cpuSeconds.toFixed(1)} | ${wallSeconds.toFixed(1)} | ${Math.round(peakBytes / 1e6)} | ${mark} |`);
}

async function listCommands(path: string): Promise<string[][]> {
  const opened = await openDatabase(path);
  const one = async (sql: string, ...values: number[]) => {
    const [row] = await opened.rows<{value: string | number}>(sql, values);
    return String(row?.value);
  };
  const root = Number(await one("SELECT id AS value FROM roots WHERE kind = 'global' ORDER BY retained DESC LIMIT 1"));
  const variable = await one('SELECT name AS value FROM roots WHERE id = ?', root);
  const fields = await opened.rows<{field: string; target: number; kind: string}>(
    `SELECT f.field, e.target_id AS target, t.kind FROM edge_fields f JOIN edges e ON e.source_id = f.source_id AND e.offset = f.offset
      JOIN objects o ON o.id = e.target_id JOIN types t ON t.id = o.type_id WHERE f.source_id = ? AND f.field <> '' ORDER BY o.retained DESC`,
    [root],
  );
  const field = `${variable}.${fields[0]?.field}`;
  const pointers = await one(
    'SELECT o.id AS value FROM objects o JOIN biggest_nodes b ON b.node_id = o.id WHERE o.length > 1 ORDER BY o.length DESC, b.rank LIMIT 1',
  );
  const type = await one("SELECT name AS value FROM types WHERE kind = 'struct' ORDER BY objects DESC LIMIT 1");
  const bytes = await one("SELECT name AS value FROM types WHERE kind <> 'struct' AND name IS NOT NULL ORDER BY objects DESC LIMIT 1");
  const owner = await one('SELECT name AS value FROM owners ORDER BY objects DESC LIMIT 1');
  await opened.close();
  return [
    ...[['info'], ['suspects'], ['waste'], ['waste', '--by', 'kind'], ['histogram'], ['histogram', '--by', 'owner'], ['trend', path]],
    ...[['goroutines'], ['goroutines', '--group', '--locals'], ['goroutines', '--leaked'], ['timers'], ['contexts']],
    ...[['top'], ['top', '--all'], ['top', '--all', '--top', '20000'], ['top', '--under', variable], ['top', '--under', field]],
    ...[
      ['object', variable],
      ['object', field],
      ['object', pointers],
    ],
    ...[
      ['path', field],
      ['path', pointers, '--all', '3'],
      ['path', pointers, '--shortest'],
    ],
    ...['retained', 'size', 'address'].map((order) => ['objects', '--type', type, '--sort', order]),
    ...['retained', 'size', 'address'].map((order) => ['objects', '--owner', owner, '--sort', order]),
    ['objects', '--owner', owner, '--type', bytes],
    ['query', 'SELECT type, objects, bytes FROM histogram LIMIT 3'],
    ...[
      ['held-by', '--type', type],
      ['diff', path],
    ],
    ...[
      ['whatif', '--cut', field],
      ['whatif', '--drop', variable],
      ['whatif', '--drop', type],
    ],
  ];
}
