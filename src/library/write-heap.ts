/**
 * An analyzed heap and an exporter → one file or folder, or nothing. base/write-whole.ts has how; the exporter is given the path of a file that is not there yet.
 */
import {statSync} from 'node:fs';
import {GoheapError} from '../base/errors.js';
import type {Work} from '../base/progress.js';
import {checkTarget, writeWhole} from '../base/write-whole.js';
import {checkOptions} from './check-options.js';
import type {Exporter, Heap} from './heap.js';

/**
 * Analyzes the heap where needed and writes it to `path`. An existing file is replaced only with `options.force`.
 * Throws `usage` for a path that cannot be a new file and for options that the exporter does not declare, `io` when the disk refuses; rejects with `signal.reason` when aborted.
 */
export async function writeHeap<O extends object>(
  heap: Heap,
  exporter: Exporter<O>,
  path: string,
  options: O & {readonly force?: boolean | undefined},
  work: Work = {},
): Promise<void> {
  const {force, ...rest} = options;
  checkOptions(exporter, rest);
  const folderOf = exporter.isFolder ? exporter.extension : undefined;
  checkTarget(path, {force, folderOf}); // before the long work
  const analyzed = await heap.analyze(work);
  await writeWhole(path, {force, folderOf}, work, async (temporary) => {
    await exporter.write(analyzed, temporary, rest as unknown as O, work);
    work.signal?.throwIfAborted();
    const written = statSync(temporary, {throwIfNoEntry: false});
    if (!(exporter.isFolder ? written?.isDirectory() : written?.isFile())) {
      throw new GoheapError('io', `${exporter.name}: the exporter wrote no file`, {
        hint: 'It must write one file at the path that it is given.',
      });
    }
  });
}
