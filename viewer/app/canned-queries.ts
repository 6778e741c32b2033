/**
 * The named queries as statements to start from: what would be bound has an example's value and says so.
 */

import type {NamedQuery} from '../protocol.js';
import {sqlOf} from './sql-text.js';

const EXAMPLES: Readonly<Record<string, string | number>> = {limit: 100, skip: 0, filter: '', ids: '[]'};

export interface CannedQuery {
  readonly id: string;
  readonly title: string;
  readonly sql: string;
}

export function cannedQueries(queries: readonly NamedQuery[]): CannedQuery[] {
  return queries.map((query) => ({id: query.id, title: query.title, sql: withExamples(query)}));
}

function withExamples(query: NamedQuery): string {
  const asked = Object.entries(query.params).filter(([name]) => EXAMPLES[name] === undefined);
  const examples = Object.fromEntries(asked.map(([name, kind]) => [name, exampleOf(kind)]));
  const note = asked.length === 0 ? '' : `-- put in your own ${asked.map(([name, kind]) => `${name} (${kind})`).join(', ')}\n`;
  return note + sqlOf(query, {...EXAMPLES, ...examples});
}

function exampleOf(kind: string): string | number {
  return kind === 'text' ? '' : 1;
}
