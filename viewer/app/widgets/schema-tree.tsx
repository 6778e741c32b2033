/**
 * Tables and views with their columns; a click puts a name into the statement. Comments of the schema are the titles.
 */
import type {SchemaTable} from '../sql-schema.js';

export interface SchemaTreeProps {
  readonly tables: readonly SchemaTable[] | undefined;
  readonly put: (name: string) => void;
}

export function SchemaTree({tables, put}: SchemaTreeProps) {
  return (
    <nav class="schema" aria-label="Tables and views">
      {(tables ?? []).map(({name, kind, columns}) => (
        <details key={name}>
          <summary>
            {name} {kind === 'view' && <span class="muted">view</span>}
          </summary>
          <ul>
            {columns.map((column) => (
              <li key={column.name}>
                <button type="button" class="quiet" title={column.comment} onClick={() => put(column.name)}>
                  {column.name} <span class="muted">{column.type.toLowerCase()}</span>
                </button>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </nav>
  );
}
