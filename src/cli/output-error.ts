/**
 * Why standard output takes no more. A reader that closed the pipe (`goheap … | head`) has seen enough: that is no error.
 * Anything else, as a full disk, would lose rows silently.
 */
import {GoheapError} from '../base/errors.js';

/** For the event `error` of standard output; undefined when the command may end with success. */
export function outputError(error: NodeJS.ErrnoException): GoheapError | undefined {
  if (error.code === 'EPIPE') return undefined;
  return new GoheapError('io', `standard output: ${error.message}`, {hint: 'See whether the disk is full, or write to another place.'});
}
