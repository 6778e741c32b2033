/**
 * A database → its live objects in the order of their addresses, as columns, some thousands at a time: for comparisons object by object.
 */
import {remember} from '../base/remember.js';
import {ANY_TYPE, type ObjectList, WORD_BYTES} from '../findings/object-lives.js';
import {openConnection} from '../sql/open-database.js';
import {scanColumns} from '../sql/scan-columns.js';
import {readRows, textOf} from '../sql/table-reader.js';

/** Names of types → numbers that several databases share, from 1. */
export class SharedTypes {
  readonly #numbers = new Map<string, number>();

  numberOf(name: string): number {
    return remember(this.#numbers, name, () => this.#numbers.size + 1);
  }
  /** By number; `unknown` for ANY_TYPE. */
  names(): string[] {
    return ['unknown', ...this.#numbers.keys()];
  }
}

/** Each list takes the place of the one before it. */
export function* readObjectLists(path: string, types: SharedTypes): Generator<ObjectList> {
  const numbers = readTypeNumbers(path, types);
  let list = listOf(0);
  for (const {count, columns} of scanColumns(path, 'objects', ['address', 'size', 'type_id', 'path_id', 'reachable'])) {
    const [address, size, type, pathOf, reachable] = columns;
    if (list.address.length < count) list = listOf(count);
    let live = 0;
    for (let row = 0; row < count; row++) {
      if (reachable![row] !== 1) continue;
      list.address[live] = address![row]!;
      list.words[live] = size![row]! / WORD_BYTES;
      list.type[live] = numbers[type![row]!] ?? ANY_TYPE;
      list.path[live] = pathOf![row]!; // NaN becomes 0
      live++;
    }
    yield {
      address: list.address.subarray(0, live),
      words: list.words.subarray(0, live),
      type: list.type.subarray(0, live),
      path: list.path.subarray(0, live),
    };
  }
}

function listOf(length: number): ObjectList {
  return {address: new Float64Array(length), words: new Uint32Array(length), type: new Uint32Array(length), path: new Uint32Array(length)};
}

/** Of the database's own numbers. */
function readTypeNumbers(path: string, types: SharedTypes): number[] {
  const connection = openConnection(path);
  try {
    const numbers: number[] = [];
    for (const [id, name, kind] of readRows(connection, 'types', 'id, name, kind'))
      numbers[id as number] = kind === 'unknown' ? ANY_TYPE : types.numberOf(textOf(name));
    return numbers;
  } finally {
    connection.close();
  }
}
