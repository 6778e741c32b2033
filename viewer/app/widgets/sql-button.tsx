/**
 * `</> SQL`: opens the statement behind a table in the console.
 */

import {worded} from '../format.js';
import {href} from '../router.js';

export function SqlButton({sql, title}: {readonly sql: string; readonly title?: string}) {
  return (
    <a
      class="button quiet"
      href={href('sql', {q: sql})}
      title={`Open in the SQL console${title === undefined ? '' : `: ${worded(title)}`}`}
    >
      <code aria-hidden="true">&lt;/&gt;</code> SQL
    </a>
  );
}
