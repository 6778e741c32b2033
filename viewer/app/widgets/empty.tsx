/**
 * What stands where there is nothing to show, and says why; and what stands there while rows are on their way.
 */
import type {ComponentChildren} from 'preact';

export function Empty({children}: {readonly children: ComponentChildren}) {
  return <p class="empty">{children}</p>;
}

/** Appears after 100 ms: most answers are there before. */
export function Loading({what = 'Loading'}: {readonly what?: string}) {
  return (
    <p class="loading" role="status">
      {what}…
    </p>
  );
}
