/**
 * What a database of the programs stacks and zoo must say: their goroutines as runtime.Stack printed them just before the dump. Of
 * stacks (fixtures/programs/stacks) also the pointers that its local variables hold, and its labels.
 */
import type Database from 'better-sqlite3';
import {expect} from 'vitest';
import {parseStacks, readStacks} from '../oracle/stack-text.js';
import type {Truth} from '../oracle/truth.js';

/** Goroutine 1 has gone on to write the dump. */
const others = ({id}: {readonly id: number}) => id !== 1;

export function expectStacks(database: Database.Database, truth: Truth): void {
  const printed = parseStacks(truth.facts.stacks!);
  const read = readStacks(database);
  expect(read.map(({id}) => id).sort((a, b) => a - b)).toEqual(printed.map(({id}) => id).sort((a, b) => a - b));
  const byId = (list: typeof read) => list.filter(others).sort((a, b) => a.id - b.id);
  expect(byId(read)).toEqual(byId(printed));
}

/** Needs DWARF. Returns how many locals were compared. */
export function expectLocals(database: Database.Database, truth: Truth): number {
  const find = database
    .prepare(
      `SELECT count(*) FROM roots r JOIN frames f ON f.id = r.frame_id JOIN edges e ON e.source_id = r.id JOIN objects o ON o.id = e.target_id
       WHERE r.kind = 'local' AND f.function = ? AND r.name = ? AND o.address + e.target_offset = ?`,
    )
    .pluck();
  const locals = Object.entries(truth.facts).filter(([fact]) => fact.startsWith('local '));
  const missing = locals.filter(([fact, address]) => {
    const [, name, variable] = fact.split(' ');
    return find.get(name, variable, Number(address)) === 0;
  });
  expect(missing).toEqual([]);
  return locals.length;
}

export function expectLabels(database: Database.Database): void {
  const labels = database
    .prepare('SELECT labels FROM goroutines WHERE labels IS NOT NULL ORDER BY length(labels)')
    .pluck()
    .all() as string[];
  const many = Object.fromEntries(Array.from({length: 12}, (_, i) => [`key${i}`, `value${i * i}`]));
  expect(labels.map((text) => JSON.parse(text))).toEqual([{fruit: 'a "quoted" apple', zebra: 'last'}, many]);
}
