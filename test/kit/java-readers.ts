/**
 * Jars by Maven. Readers of Java heap dumps: paths to roots as NetBeans' library (VisualVM), gridkit's and LeakCanary's Shark find them. Needs java,
 * and Maven with its registry or what it has of it.
 */

import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {spawnSync} from './child-process.js';

const SOURCES = fileURLToPath(new URL('../live/java/', import.meta.url));

const READERS = {
  netbeans: {program: 'NearestRoots.java', groups: ['org.netbeans.modules']},
  gridkit: {program: 'NearestRoots.java', groups: ['org.gridkit.jvmtool', 'org.gridkit.gzrand']},
  shark: {program: 'SharkPaths.java', groups: ['com.squareup.leakcanary', 'com.squareup.okio', 'org.jetbrains', 'org.jetbrains.kotlin']},
} as const;
export type JavaReader = keyof typeof READERS;
export const JAVA_READERS = Object.keys(READERS) as JavaReader[];

export interface RootPath {
  readonly root: string; // its kind, as the reader calls it; 'none'
  readonly ids: readonly number[]; // the object first
}

/** Copies each reader's jars into a folder of its own below `folder`. Gives what is in the way of that. */
export function copyReaders(folder: string): string | undefined {
  for (const tool of ['java', 'mvn']) if (spawnSync('which', [tool]).status !== 0) return `${tool} is not installed`;
  for (const name of JAVA_READERS) {
    const {status, stdout} = copyJars(READERS[name].groups, join(folder, name));
    if (status !== 0) return `Maven cannot copy the jars: ${stdout.slice(0, 500)}`;
  }
  return undefined;
}

/** The jar of H2, a database server, in a folder below `folder`; undefined where Maven has none. */
export function copyServer(folder: string): string | undefined {
  const jars = join(folder, 'h2');
  if (spawnSync('which', ['mvn']).status !== 0 || copyJars(['com.h2database'], jars).status !== 0) return undefined;
  return join(jars, readdirSync(jars)[0]!);
}

function copyJars(groups: readonly string[], folder: string) {
  const options = [`-DincludeGroupIds=${groups.join(',')}`, `-DoutputDirectory=${folder}`];
  return spawnSync('mvn', ['-q', '-B', '-f', join(SOURCES, 'pom.xml'), 'dependency:copy-dependencies', ...options], {encoding: 'utf8'});
}

/** The path from each object to a root, in the order of `ids`. */
export function askPaths(folder: string, name: JavaReader, file: string, ids: readonly number[]): RootPath[] {
  const command = ['-cp', join(folder, name, '*'), join(SOURCES, READERS[name].program), file, ...ids.map(String)];
  const {status, stdout, stderr} = spawnSync('java', command, {encoding: 'utf8', maxBuffer: 2 ** 28});
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [root, ...path] = line.split('\t');
      return {root: root!, ids: path.map(Number)};
    });
}
