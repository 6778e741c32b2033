/**
 * The options for an exporter against those that it declares: the one check for the library and the command line.
 */
import type {ExporterOption} from '../../formats/exporter.js';
import {GoheapError} from '../base/errors.js';

/** What the check needs to know of an exporter. */
export interface OptionTaker {
  readonly name: string;
  readonly options?: Readonly<Record<string, ExporterOption>>;
}

/**
 * Throws `usage` for an option that the exporter does not declare, or a value that it does not take; undefined is not given. The hint names
 * those of `others` that do take the option.
 */
export function checkOptions(exporter: OptionTaker, options: object, others: readonly OptionTaker[] = []): void {
  checkDeclared(exporter);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const option = findOption(exporter, name);
    if (!option) throw new GoheapError('usage', `${exporter.name}: takes no option '${name}'`, {hint: hintOf(exporter, name, others)});
    if (!isTaken(option, value)) {
      throw new GoheapError('usage', `${exporter.name}: ${name} cannot be ${shown(value)}`, {hint: `It takes ${expected(option)}.`});
    }
  }
}

/** Throws `usage` for an exporter whose options are not declared as `ExporterOption` says: JavaScript lets anything through. */
export function checkDeclared({name: exporter, options = {}}: OptionTaker): void {
  for (const [name, declared] of Object.entries(options)) {
    const problem = findFault(declared);
    if (problem !== undefined)
      throw new GoheapError('usage', `${exporter}: its option ${name} ${problem}`, {
        hint: 'docs/library.md has what an exporter declares.',
      });
  }
}

function findFault(option: unknown): string | undefined {
  const {kind, values, default: other, help} = (option ?? {}) as {kind?: unknown; values?: unknown; default?: unknown; help?: unknown};
  if (!KINDS.includes(kind as string)) return `is of the kind ${shown(kind)}; there are ${KINDS.join(', ')}`;
  if (typeof help !== 'string') return 'has no help';
  if (kind !== 'choice') return undefined;
  if (!Array.isArray(values) || values.length === 0 || values.some((value) => typeof value !== 'string'))
    return 'is a choice without values';
  return other === undefined || values.includes(other) ? undefined : `has a default that is none of its values: ${shown(other)}`;
}

const KINDS: readonly string[] = ['choice', 'switch', 'pattern', 'text', 'list'] satisfies ExporterOption['kind'][];

export function findOption({options}: OptionTaker, name: string): ExporterOption | undefined {
  return options && Object.hasOwn(options, name) ? options[name] : undefined;
}

function isTaken(option: ExporterOption, value: unknown): boolean {
  switch (option.kind) {
    case 'choice':
      return option.values.includes(value as string);
    case 'switch':
      return typeof value === 'boolean';
    case 'pattern':
      return value instanceof RegExp;
    case 'text':
      return typeof value === 'string';
    case 'list':
      return Array.isArray(value) && value.every((text) => typeof text === 'string');
  }
}

function expected(option: ExporterOption): string {
  if (option.kind === 'choice') return option.values.join(', ');
  return {switch: 'true or false', pattern: 'a regular expression', text: 'a text', list: 'a list of texts'}[option.kind];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function hintOf(exporter: OptionTaker, name: string, others: readonly OptionTaker[]): string {
  const takers = others.filter((other) => findOption(other, name)).map((other) => other.name);
  if (takers.length > 0) return `Formats that take it: ${takers.join(', ')}.`;
  const names = Object.keys(exporter.options ?? {});
  return names.length > 0 ? `Options of ${exporter.name}: ${names.join(', ')}.` : `${exporter.name} takes no options.`;
}
