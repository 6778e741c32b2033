/**
 * What oclif says of wrong arguments and flags → errors in goheap's own words and style. What is written wrongly gets the nearest right name.
 */
import {stripVTControlCharacters} from 'node:util';
import type {Errors} from '@oclif/core';
import {GoheapError, isGoheapError} from '../base/errors.js';
import {nearestWords} from '../base/nearest-words.js';

/** Of a command's parser. oclif does not export the classes of its errors: what they carry tells them apart. */
interface ParserError extends Errors.CLIError {
  readonly flags?: readonly string[]; // that the command does not have
  readonly args?: readonly (string | {readonly name: string})[]; // too many, or the definitions of those that are missing
}

/** `command` is `goheap info`; `flagNames` are those that it has, without dashes. */
export function usageError(error: Error, command: string, flagNames: readonly string[]): GoheapError {
  const help = `${command} --help`;
  const {flags, args} = error as ParserError;
  if (flags?.[0] !== undefined) {
    const names = flagNames.map((name) => `--${name}`);
    const near = nearestWords(flags[0].split('=')[0]!, names);
    return new GoheapError('usage', `no flag ${flags[0]}`, {
      hint: `${didYouMean(near)}${help} lists the flags.`,
    });
  }
  if (args?.[0] !== undefined) {
    const names = args.map((arg) => (typeof arg === 'string' ? arg : arg.name.toUpperCase())).join(' ');
    const message = typeof args[0] === 'string' ? `too many arguments: ${names}` : `missing: ${names}`;
    return new GoheapError('usage', message, {hint: `${help} tells what it takes.`});
  }
  const required = [...plainMessage(error).matchAll(/missing required flag (\S+)/gi)].map(([, name]) => `--${name!.replace(/;$/, '')}`);
  if (required.length > 0) {
    const message = `${required.join(' and ')} ${required.length === 1 ? 'is' : 'are'} missing`;
    return new GoheapError('usage', message, {hint: `${help} tells what it takes.`, cause: error});
  }
  const hint = isGoheapError(error) ? error.hint : undefined;
  return new GoheapError('usage', plainMessage(error), {hint: hint ?? `${help} tells more.`, cause: error});
}

/** 'Did you mean a, b or c? ', or nothing. */
export function didYouMean(near: readonly string[]): string {
  if (near.length === 0) return '';
  const [last, ...others] = near.toReversed();
  return `Did you mean ${others.length > 0 ? `${others.toReversed().join(', ')} or ` : ''}${last}? `;
}

/** Without what oclif puts around a message: colours, where it comes from, and a hint of its own. */
export function plainMessage({message}: Error): string {
  return stripVTControlCharacters(message)
    .replace(/^Parsing --\S+ \n\t/, '')
    .replace(/\nSee more help with --help$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/=true (?=cannot)/, ' ')
    .replace(/\.$/, '')
    .replace(/\s*\n\s*/g, '; ')
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}
