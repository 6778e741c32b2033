/**
 * Errors in the words of the command line: where a relative path was given, messages have it and not the absolute one that databases remember.
 */
import {isAbsolute, resolve} from 'node:path';
import {GoheapError, isGoheapError} from '../base/errors.js';

/** Anything but a GoheapError stays as it is. */
export function inGivenWords(error: Error, argv: readonly string[]): Error {
  if (!isGoheapError(error)) return error;
  const given = argv
    .map((word) => word.replace(/^--?[\w-]+=/, ''))
    .filter((word) => word !== '' && !word.startsWith('-') && !isAbsolute(word));
  const inWords = (text: string) => given.reduce((all, word) => replacePath(all, resolve(word), word), text);
  const message = inWords(error.message);
  const hint = error.hint === undefined ? undefined : inWords(error.hint);
  return message === error.message && hint === error.hint ? error : new GoheapError(error.code, message, {hint, cause: error});
}

/** Whole paths only: /srv/core is no part of /srv/core.db, nor of /old/srv/core. */
function replacePath(text: string, path: string, by: string): string {
  const literally = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replaceAll(new RegExp(`(?<![\\w./-])${literally}(?![\\w/-]|\\.\\w)`, 'g'), () => by);
}
