/**
 * A node → the paths that lead to it, each as an expression and its steps: `goheap path`.
 */
import type {Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';
import {findEdge, findNode} from './find-node.js';
import type {LateValues} from './late-values.js';
import {searchPathForms} from './path-forms.js';
import {describePath, type PathStep} from './path-steps.js';

export interface PathQuestion {
  readonly object: string;
  readonly count: number; // paths, at most
  readonly avoid: readonly string[]; // pointers, or all pointers of objects
  readonly shortest: boolean;
  /** Read the keys of maps; without them a key is `…`. */
  readonly values?: LateValues | undefined;
}
export interface ReadPath {
  readonly expression: string;
  readonly count: number | null; // of its form; null where one path was asked for
  readonly steps: readonly PathStep[];
}
export interface ReadPaths {
  readonly id: number;
  readonly exact: boolean | null; // false: counts are 'at least'
  readonly paths: readonly ReadPath[];
}

/** Throws `usage` for names that there are not. Rejects with `signal.reason` when aborted. */
export async function readPaths(database: SqlDatabase, question: PathQuestion, work: Work): Promise<ReadPaths> {
  const {count: most, shortest, values} = question;
  const id = await findNode(database, question.object);
  const avoid = await Promise.all(question.avoid.map((text) => findEdge(database, text)));
  const types = await askForTypes(database);
  const {paths, exact, dominates} = await searchPathForms(database, types, id, {count: most, avoid, shortest}, work);
  const described = await Promise.all(
    paths.map(async ({path, count}) => {
      const {expression, steps} = await describePath(database, path, id, {types, dominates, values});
      return {expression, count: most > 1 ? count : null, steps};
    }),
  );
  return {id, exact: most > 1 ? exact : null, paths: described};
}
