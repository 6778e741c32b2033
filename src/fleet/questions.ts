/**
 * The named questions: a file of SQL each in src/fleet/questions, whose first comment says what it answers. The text runs on DuckDB and on Spark as it is: views of the
 * tables' names, and `asked`, one row of service, before_version and after_version, where NULL lets the question choose.
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
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return files.sort().map((file) => {
    const sql = readFileSync(join(folder, file), 'utf8');
    return {name: basename(file, '.sql'), title: /^-- (.*)$/m.exec(sql)?.[1] ?? '', sql};
  });
}
