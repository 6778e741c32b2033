/**
 * A database → its live objects in the order of their addresses, as columns: for comparisons object by object.
 */
import {Column} from '../base/columns.js';
import {checkpoint, type Work} from '../base/progress.js';
import {remember} from '../base/remember.js';
import {ANY_TYPE, type ObjectList, WORD_BYTES} from '../findings/object-lives.js';
import {openConnection} from '../sql/open-database.js';
import {numberOr, readRows, rowChunks, textOf} from '../sql/table-reader.js';

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

/** 20 bytes an object. Rejects with `signal.reason` when `work` is cancelled. */
export async function readObjectList(path: string, types: SharedTypes, work: Work): Promise<ObjectList> {
  const connection = openConnection(path);
  try {
    const numbers = readRows(connection, 'types', 'id, name, kind').map(([, name, kind]) =>
      kind === 'unknown' ? ANY_TYPE : types.numberOf(textOf(name)),
    );
    const total = numberOr(readRows(connection, 'objects', 'count(*)')[0]![0], 0);
    const [address, words] = [new Column(Float64Array), new Column(Uint32Array)];
    const [type, pathOf] = [new Column(Uint32Array), new Column(Uint32Array)];
    let done = 0;
    for (const chunk of rowChunks(connection, 'objects', ['id'], ['address', 'size', 'type_id', 'path_id', 'reachable'])) {
      for (const row of chunk) {
        if (row[5] !== 1) continue;
        address.push(row[1] as number);
        words.push((row[2] as number) / WORD_BYTES);
        type.push(numbers[row[3] as number] ?? ANY_TYPE);
        pathOf.push(numberOr(row[4], 0));
      }
      done += chunk.length;
      work.onProgress?.('compare objects', done, total);
      await checkpoint(work);
    }
    return {address: address.finish(), words: words.finish(), type: type.finish(), path: pathOf.finish()};
  } finally {
    connection.close();
  }
}
