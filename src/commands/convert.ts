/**
 * `goheap convert`: a core or a database → a file of another format, through the library's `writeHeap`.
 */
import {readdirSync, statSync} from 'node:fs';
import {basename, join, resolve} from 'node:path';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import {formats, type SqliteOptions} from '../../formats/index.js';
import {GoheapError} from '../base/errors.js';
import {formatBytes} from '../base/format-bytes.js';
import {checkTarget} from '../base/write-whole.js';
import {BaseCommand} from '../cli/base-command.js';
import {contentsLevel, LACK_OF_CONTENTS} from '../cli/contents-level.js';
import {exportOptions, formatFlags} from '../cli/export-options.js';
import {coreFlags} from '../cli/flags.js';
import {loadExporter} from '../cli/load-exporter.js';
import {formatTable} from '../cli/table.js';
import {openOptions} from '../database/core-files.js';
import type {Exporter} from '../library/heap.js';
import {openHeap} from '../library/open-heap.js';
import {writeHeap} from '../library/write-heap.js';
import {isSqliteFile} from '../sql/open-database.js';

/** Of the list of formats in a file or a pipe: sentences, which nobody cuts into columns. */
const LIST_WIDTH = 100;

/** Whether an exporter keeps only so much unless it is told to. */
function isDefault({options}: Exporter, level: string): boolean {
  const contents = options?.contents;
  return contents?.kind === 'choice' && contents.default === level;
}

/** Of a file, or of the files in a folder. */
function sizeOf(path: string): number {
  const stat = statSync(path);
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0) : stat.size;
}

export default class ConvertCommand extends BaseCommand {
  static override summary = 'Convert a core dump to a database or another format.';
  static override examples = [
    '<%= config.bin %> convert core --to sqlite',
    '<%= config.bin %> convert core --to sqlite -o heap.db --exe ./server --force',
    '<%= config.bin %> convert --list',
  ];
  static override args = {
    input: Args.string({name: 'INPUT', description: 'core dump, heap dump (of Go or Java), or database that goheap wrote'}),
  };
  static override flags = {
    to: Flags.string({
      description: `format (${formats.map(({name}) => name).join(', ')}) or ./module.js that exports an exporter`,
      helpValue: 'FORMAT',
    }),
    output: Flags.string({
      char: 'o',
      description:
        "file to write, or a folder where the format has several files; else INPUT's name plus the format's extension, in the current folder",
      helpValue: 'FILE',
    }),
    force: Flags.boolean({description: 'replace an existing file'}),
    list: Flags.boolean({description: 'list the formats and their options; not with --to or -o', exclusive: ['to', 'output']}),
    ...formatFlags(),
    option: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'an option of an exporter of your own, as it declares it',
      helpValue: 'NAME=VALUE',
      helpGroup: 'format',
    }),
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(ConvertCommand);
    if (flags.list) return this.#list();
    if (!args.input) throw new GoheapError('usage', 'INPUT is missing', {hint: 'goheap convert CORE --to sqlite'});
    if (!flags.to) throw new GoheapError('usage', '--to is missing', {hint: 'goheap convert CORE --to sqlite; --list shows the formats.'});
    const exporter = await loadExporter(flags.to);
    const output = flags.output ?? basename(args.input) + exporter.extension;
    const options = exportOptions(exporter, flags);
    checkTarget(output, {force: flags.force, folderOf: exporter.isFolder ? exporter.extension : undefined}); // before minutes of work
    const work = this.work(flags.quiet);
    await using heap = await openHeap(resolve(args.input), {...openOptions(args.input, flags), ...work, analyze: true});
    const asked = options.contents as SqliteOptions['contents'];
    if (exporter.options?.contents) options.contents = contentsLevel(heap, isSqliteFile(args.input), asked);
    await writeHeap(heap, exporter, output, {...options, force: flags.force}, work);
    const bytes = sizeOf(output);
    const {objects, edges, roots} = heap.columns;
    const counts = {objects: objects.count, edges: edges.count, roots: roots.count};
    if (!flags.quiet)
      this.log('%s', `${output}: ${formatBytes(bytes)}, ${objects.count} objects, ${edges.count} pointers, ${roots.count} roots`);
    if (asked === undefined && options.contents === 'none' && !isDefault(exporter, 'none'))
      this.note(`Note: ${LACK_OF_CONTENTS}`, flags.quiet);
    for (const {code, message, count} of heap.warnings) this.note(`Warning: ${message} (${code}, ${count}×)`, flags.quiet);
    return {output, format: exporter.name, bytes, ...counts, complete: heap.complete, warnings: heap.warnings};
  }

  #list(): object {
    const rows = formats.map(({name, extension, summary, losses, options = {}}) => ({
      name,
      extension,
      summary,
      options: Object.keys(options),
      losses,
    }));
    const below = rows.map(({options, losses}) => [`options: ${options.join(', ')}`, `cannot carry: ${losses.join('; ')}`]);
    const width = this.tableWidth ?? LIST_WIDTH;
    for (const line of formatTable({name: 'text', extension: 'text', summary: 'text'}, rows, {width, below})) this.log('%s', line);
    return rows;
  }
}
