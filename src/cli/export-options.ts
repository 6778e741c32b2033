/**
 * The options that exporters declare ↔ flags of `goheap convert`: one flag for each name in the bundled formats, with those that take it, and
 * `--option NAME=VALUE` for those of the user's own exporter.
 */
import type {Interfaces} from '@oclif/core';
import * as Flags from '@oclif/core/flags';
import {formats} from '../../formats/index.js';
import {GoheapError} from '../base/errors.js';
import {checkOptions, findOption} from '../library/check-options.js';
import type {Exporter, ExporterOption} from '../library/heap.js';

type FormatFlag =
  | Interfaces.OptionFlag<string | undefined>
  | Interfaces.OptionFlag<string[] | undefined>
  | ReturnType<typeof Flags.boolean>;

/** By name, in the order of the formats. Those of one format stand under its name, those of several under formats. */
export function formatFlags(): Record<string, FormatFlag> {
  const names = new Set(formats.flatMap(({options = {}}) => Object.keys(options)));
  return Object.fromEntries([...names].map((name) => [name, flagOf(name)]));
}

function flagOf(name: string): FormatFlag {
  const takers = formats.filter((format) => findOption(format, name));
  const declared = takers.map((format) => findOption(format, name)!);
  const helps = [...new Set(declared.map(helpOf))];
  const description = `${helps.join('; ')} (${takers.map((format) => format.name).join(', ')})`;
  const about = {description, helpGroup: takers.length === 1 ? takers[0]!.name : 'format'};
  const [first] = declared as [ExporterOption];
  if (first.kind === 'switch') return Flags.boolean(about);
  if (first.kind === 'list') return Flags.string({...about, multiple: true, multipleNonGreedy: true, helpValue: 'NAME=VALUE'});
  const values = [...new Set(declared.flatMap((option) => (option.kind === 'choice' ? option.values : [])))];
  if (values.length > 0) return Flags.string({...about, options: values});
  return Flags.string({...about, helpValue: first.kind === 'pattern' ? 'REGEX' : 'TEXT'});
}

function helpOf(option: ExporterOption): string {
  return option.kind === 'choice' && option.default !== undefined ? `${option.help}; else ${option.default}` : option.help;
}

/** What `--option` and the formats' flags say → options for the exporter. Throws `usage` for what it does not take. */
export function exportOptions(exporter: Exporter, flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = new Map<string, unknown>();
  const add = (name: string, value: unknown) => {
    if (given.has(name)) throw new GoheapError('usage', `${name}: given twice`, {hint: 'Give each option once.'});
    given.set(name, typeof value === 'string' ? readOption(name, value, findOption(exporter, name)) : value);
  };
  for (const format of formats) {
    for (const name of Object.keys(format.options ?? {})) if (flags[name] !== undefined && !given.has(name)) add(name, flags[name]);
  }
  for (const text of (flags.option as readonly string[] | undefined) ?? []) {
    const [, name, value] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
    if (name === undefined) throw new GoheapError('usage', `--option ${text}: no name`, {hint: 'Write --option NAME=VALUE.'});
    add(name, value ?? true);
  }
  const options = Object.fromEntries(given);
  checkOptions(exporter, options, formats);
  return options;
}

function readOption(name: string, text: string, option: ExporterOption | undefined): unknown {
  if (option?.kind === 'pattern') return readPattern(name, text);
  if (option?.kind === 'switch' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** Throws `usage` when it is empty or no regular expression. */
function readPattern(name: string, source: string): RegExp {
  try {
    if (source !== '') return new RegExp(source, 'm');
  } catch (error) {
    throw new GoheapError('usage', `--${name}: ${(error as Error).message}`, {hint: 'Give a JavaScript regular expression.', cause: error});
  }
  throw new GoheapError('usage', `--${name}: the expression is empty`, {hint: "Give a regular expression, for example 'password=\\S+'."});
}
