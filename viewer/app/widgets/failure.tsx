/**
 * A failure in the place of what it prevents: what happened, what to do, and another try.
 */
import type {Failure} from '../../../src/base/failure.js';
import {Text} from './text.js';

export interface FailureBoxProps {
  readonly failure: Failure;
  readonly retry?: (() => void) | undefined;
}

export function FailureBox({failure, retry}: FailureBoxProps) {
  return (
    <div class="failure" role="alert">
      <p>
        <strong>
          <Text value={failure.message} />
        </strong>
      </p>
      {failure.hint && (
        <p>
          <Text value={failure.hint} />
        </p>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
