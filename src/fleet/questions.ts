/**
 * The named questions: a file of SQL each in src/fleet/questions, whose first comment says what it answers. What several have in common stands once, in files that begin with _, and is
 * put in where a line names it. The text runs on DuckDB and on Spark as it is: views of the tables' names, and `asked`, one row of service, before_version and after_version, where NULL
 * lets the question choose.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {packageFile} from '../base/package-file.js';

export interface Question {
  readonly name: string;
  readonly title: string;
  readonly sql: string;
}

export function readQuestions(): Question[] {
  const folder = packageFile('src/fleet/questions');
  const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
  const files = readdirSync(folder).filter((name) => /^[^_].*\.sql$/.test(name));
  return files.sort().map((file) => {
    const sql = textOf(file).replaceAll(/^-- here: (_[\w-]+\.sql)\n/gm, (_, part: string) => textOf(part));
    return {name: basename(file, '.sql'), title: /^-- (.*)$/m.exec(sql)?.[1] ?? '', sql};
  });
}
