/**
 * Readers of Java heap dumps from their makers' jars: paths to roots as NetBeans' library (VisualVM), gridkit's and LeakCanary's Shark find them. Needs java,
 * and Maven with its registry or what it has of it.
 */

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
    const options = [`-DincludeGroupIds=${READERS[name].groups.join(',')}`, `-DoutputDirectory=${join(folder, name)}`];
    const {status, stdout} = spawnSync('mvn', ['-q', '-B', '-f', join(SOURCES, 'pom.xml'), 'dependency:copy-dependencies', ...options], {
      encoding: 'utf8',
    });
    if (status !== 0) return `Maven cannot copy the jars: ${stdout.slice(0, 500)}`;
  }
  return undefined;
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
