/**
 * `goheap report`: what a dump tells, as one file to read, send and print.
 */
import {writeFileSync} from 'node:fs';
import {basename, extname} from 'node:path';
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../base/errors.js';
import {formatBytes} from '../base/format-bytes.js';
import {shellWord} from '../base/shell-word.js';
import {checkTarget, writeWhole} from '../base/write-whole.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg} from '../cli/flags.js';
import type {AskDatabase} from '../database/diff-heaps.js';
import {compareReport, readReport} from '../report/read-report.js';
import {reportHtml} from '../report/report-html.js';
import {reportJson} from '../report/report-json.js';
import {reportMarkdown} from '../report/report-markdown.js';
import {tellReport} from '../report/report-sections.js';

/** Format → extension, and how a report is written. */
const FORMATS = {
  html: {extension: '.html', write: reportHtml},
  markdown: {extension: '.md', write: reportMarkdown},
} as const;
type Format = keyof typeof FORMATS;

export default class ReportCommand extends BaseCommand {
  static override summary = 'Write a report of a dump as one file: findings, holders, owners, goroutines, waste, memory.';
  static override description =
    'The file needs nothing else: no script, no network, and it prints. It has names of types, variables and functions, and no strings of the heap but map keys that stand in names. --json prints the same as data.';
  static override examples = [
    '<%= config.bin %> report core',
    '<%= config.bin %> report after.db --against before.db -o incident.html',
    '<%= config.bin %> report core --format markdown -o - | gh issue create --title Memory --body-file -',
  ];
  static override args = {input: inputArg};
  static override flags = {
    output: Flags.string({
      char: 'o',
      description: "file to write, - for standard output; else INPUT's name plus -report.html or .md, in the current folder",
      helpValue: 'FILE',
    }),
    format: Flags.option({
      options: Object.keys(FORMATS) as Format[],
      description: "what to write; else as the output's name ends, else html",
    })(),
    against: Flags.string({description: 'also tell what is different from this earlier dump', helpValue: 'BEFORE'}),
    force: Flags.boolean({description: 'replace an existing file'}),
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(ReportCommand);
    const format = flags.format ?? formatOf(flags.output);
    const {extension, write} = FORMATS[format];
    const output = flags.output ?? `${basename(args.input)}-report${extension}`;
    const isFile = output !== '-' && !this.jsonEnabled();
    if (isFile) checkTarget(output, {force: flags.force}); // before minutes of work
    const of =
      (input: string): AskDatabase =>
      (ask) =>
        this.withInput(input, flags, ask);
    const input = shellWord(args.input);
    const alone = await of(args.input)((database) => readReport(database, input));
    const work = this.work(flags.quiet);
    const report = flags.against === undefined ? alone : await compareReport(alone, of(flags.against), of(args.input), work);
    if (this.jsonEnabled()) return reportJson(report);
    const text = write(tellReport(report, input));
    if (!isFile) process.stdout.write(text);
    else {
      await writeWhole(output, {force: flags.force}, work, async (temporary) => writeFileSync(temporary, text));
      if (!flags.quiet) this.log('%s', `${output}: ${formatBytes(Buffer.byteLength(text))}`);
    }
    return reportJson(report);
  }
}

function formatOf(output: string | undefined): Format {
  const extension = output === undefined || output === '-' ? '' : extname(output);
  const found = (Object.keys(FORMATS) as Format[]).find((format) => FORMATS[format].extension === extension);
  if (found !== undefined || extension === '' || extension === '.htm') return found ?? 'html';
  throw new GoheapError('usage', `${output}: a report is no ${extension} file`, {
    hint: 'Give a name that ends in .html or .md, or say --format. --json prints the data.',
  });
}
