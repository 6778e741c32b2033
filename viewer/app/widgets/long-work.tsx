/**
 * In the place of an answer that takes a while: how far it is and a button to call it off; its failure; or that it was called off.
 */

import {formatShare} from '../format.js';
import type {LongPending} from '../long-request.js';
import {Loading} from './empty.js';
import {FailureBox} from './failure.js';

export function LongWork<T>({pending, what}: {readonly pending: LongPending<T>; readonly what: string}) {
  const {failure, isLoading, isCancelled, progress, cancel, retry} = pending;
  if (failure) return <FailureBox failure={failure} retry={retry} />;
  if (isCancelled)
    return (
      <p class="long-work">
        <span class="muted">Called off.</span>
        <button type="button" onClick={retry}>
          Go on
        </button>
      </p>
    );
  if (!isLoading) return null;
  const share = progress && progress.total > 0 ? progress.done / progress.total : undefined;
  return (
    <div class="long-work">
      <Loading what={progress === undefined ? what : `${what}: ${progress.stage} ${share === undefined ? '' : formatShare(share)}`} />
      <progress aria-label={what} max={1} value={share} />
      <button type="button" onClick={cancel}>
        Cancel
      </button>
    </div>
  );
}
