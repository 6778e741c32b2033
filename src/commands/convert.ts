/**
 * `goheap convert`: a core or a database → a file of another format, through the library's `writeHeap`.
 */
import {statSync} from 'node:fs';
import {basename, resolve} from 'node:path';
import {Args, Flags} from '@oclif/core';
import {formats} from '../../formats/index.js';
import {GoheapError} from '../base/errors.js';
import {formatBytes} from '../base/format-bytes.js';
import {BaseCommand} from '../cli/base-command.js';
import {contentsLevel, redactPattern} from '../cli/contents-level.js';
import {coreFlags} from '../cli/flags.js';
import {loadExporter} from '../cli/load-exporter.js';
import {openOptions} from '../database/core-files.js';
import {openHeap} from '../library/open-heap.js';
import {checkTarget, writeHeap} from '../library/write-heap.js';
import {isSqliteFile} from '../sql/open-database.js';

export default class Convert extends BaseCommand {
  static override summary = 'Convert a core dump to a database or another format.';
  static override examples = [
    '<%= config.bin %> convert core --to sqlite',
    '<%= config.bin %> convert core --to sqlite -o heap.db --exe ./server --force',
    '<%= config.bin %> convert --list',
  ];
  static override args = {input: Args.string({name: 'INPUT', description: 'core dump, or database that goheap wrote'})};
  static override flags = {
    to: Flags.string({description: `format (${formats.map(({name}) => name).join(', ')}) or ./module.js that exports an exporter`}),
    output: Flags.string({
      char: 'o',
      description: "file to write; else INPUT's name plus the format's extension, in the current folder",
      helpValue: 'FILE',
    }),
    contents: Flags.option({
      options: ['none', 'preview', 'full'] as const,
      description: "how much of the heap's own data to keep; else preview, the first bytes of texts",
    })(),
    redact: Flags.string({
      description: 'replace what matches by asterisks in all data of the program that are kept',
      helpValue: 'REGEX',
    }),
    paths: Flags.option({
      options: ['dominators', 'shortest'] as const,
      description: 'pprof: what keeps an object, so that cum is the retained size (the default), or the shortest path from a root',
    })(),
    sizes: Flags.option({
      options: ['exact', 'full'] as const,
      description: 'hprof: sizes as in Go, cutting what has no room (the default), or everything, with larger sizes and addresses as ids',
    })(),
    maps: Flags.option({
      options: ['entries', 'groups'] as const,
      description: "hprof: maps as the runtime's groups or buckets (the default), or with an array of their entries beside",
    })(),
    unreachable: Flags.boolean({description: 'hprof: unreachable objects too, without a root'}),
    force: Flags.boolean({description: 'replace an existing file'}),
    list: Flags.boolean({description: 'list the formats', exclusive: ['to', 'output']}),
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(Convert);
    if (flags.list) return this.#list();
    if (!args.input) throw new GoheapError('usage', 'INPUT is missing', {hint: 'goheap convert CORE --to sqlite'});
    if (!flags.to) throw new GoheapError('usage', '--to is missing', {hint: 'goheap convert CORE --to sqlite; --list shows the formats.'});
    const exporter = await loadExporter(flags.to);
    const output = flags.output ?? basename(args.input) + exporter.extension;
    const redact = flags.redact === undefined ? undefined : redactPattern(flags.redact);
    checkTarget(output, flags.force); // before minutes of work
    const work = this.work(flags.quiet);
    await using heap = await openHeap(resolve(args.input), {...openOptions(args.input, flags), ...work, analyze: true});
    const contents = contentsLevel(heap, isSqliteFile(args.input), flags.contents);
    const options = {
      force: flags.force,
      ...(contents ? {contents} : {}),
      ...(redact ? {redact} : {}),
      ...(flags.paths ? {paths: flags.paths} : {}),
      ...(flags.sizes ? {sizes: flags.sizes} : {}),
      ...(flags.maps ? {maps: flags.maps} : {}),
      ...(flags.unreachable ? {unreachable: true} : {}),
    };
    await writeHeap(heap, exporter, output, options, work);
    const bytes = statSync(output).size;
    const {objects, edges, roots} = heap.columns;
    const counts = {objects: objects.count, edges: edges.count, roots: roots.count};
    if (!flags.quiet)
      this.log('%s', `${output}: ${formatBytes(bytes)}, ${objects.count} objects, ${edges.count} pointers, ${roots.count} roots`);
    for (const {code, message, count} of heap.warnings) this.note(`Warning: ${message} (${code}, ${count}×)`, flags.quiet);
    return {output, format: exporter.name, bytes, ...counts, complete: heap.complete, warnings: heap.warnings};
  }

  #list(): object {
    const rows = formats.map(({name, extension, summary, losses}) => ({name, extension, summary, losses: losses.join('; ')}));
    this.printTable({name: 'text', extension: 'text', summary: 'text', losses: 'text'}, rows, false);
    return formats.map(({name, extension, summary, losses}) => ({name, extension, summary, losses}));
  }
}
