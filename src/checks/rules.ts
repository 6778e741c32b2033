/**
 * Folders of .sql files → rules: a statement whose rows are what is wrong, behind comments that say what that means. Those of goheap itself are in src/checks/rules.
 */
import {type Dirent, readdirSync, readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {GoheapError} from '../base/errors.js';
import {packageFile} from '../base/package-file.js';

/** What names the rules that goheap comes with, in place of a folder. */
export const OWN_RULES = 'go';

export interface Rule {
  readonly name: string; // of the file, without .sql
  readonly file: string;
  readonly title: string;
  readonly fix: string; // '' where the file says none
  /** Whether it reads the bytes of objects, which only databases with --contents full have. */
  readonly needsContents: boolean;
  readonly sql: string; // gives a column `message`, and may give `node_id`, `bytes` and `count`
}

/** In the order of their names. Throws `usage` for a folder that cannot be read or has no rule. */
export function readRules(folder: string): Rule[] {
  const path = folder === OWN_RULES ? packageFile('src/checks/rules') : folder;
  const names = filesOf(path, folder).flatMap((entry) => (entry.name.endsWith('.sql') && !entry.isDirectory() ? [entry.name] : []));
  if (names.length === 0) {
    throw new GoheapError('usage', `--rules ${folder}: no .sql file there`, {
      hint: `A rule is a file NAME.sql with one SELECT that gives a column message; --rules ${OWN_RULES} are those of goheap.`,
    });
  }
  return names.sort().map((name) => {
    const sql = readFileSync(join(path, name), 'utf8');
    const said = (key: string) => new RegExp(`^-- ${key}: *(.*)$`, 'm').exec(sql)?.[1]?.trim();
    const rule = basename(name, '.sql');
    const needs = said('needs');
    if (needs !== undefined && needs !== 'contents')
      throw new GoheapError('usage', `--rules ${folder}: ${name}: it needs '${needs}'`, {hint: 'A rule needs contents, or nothing.'});
    return {
      name: rule,
      file: join(path, name),
      title: said('title') ?? rule,
      fix: said('fix') ?? '',
      needsContents: needs !== undefined,
      sql,
    };
  });
}

function filesOf(path: string, folder: string): Dirent[] {
  try {
    return readdirSync(path, {withFileTypes: true});
  } catch (error) {
    throw new GoheapError('usage', `--rules ${folder}: ${(error as Error).message}`, {
      hint: `Give a folder of .sql files, or ${OWN_RULES} for the rules of goheap.`,
      cause: error,
    });
  }
}
