/**
 * In which language the program was written: names of variables and functions are read by other rules, and what only Go's runtime knows is not there.
 */
import type {HeapGraph} from './heap-graph.js';

/** Whether the heap is of a Java virtual machine, by `meta.language`; else it is of a Go program. */
export function isJava({metadata}: Pick<HeapGraph, 'metadata'>): boolean {
  return metadata.language === 'java';
}

/** What a flow of control of its own is called; `language`: of `meta`. */
export function threadWord(language: unknown): ThreadWord {
  return language === 'java' ? 'thread' : 'goroutine';
}
export type ThreadWord = 'goroutine' | 'thread';

/** The package of a class of Java: `java.util` of `java.util.HashMap$Node`. Classes without one have one that is called so. */
export function packageOfClass(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? NO_PACKAGE : name.slice(0, dot);
}
const NO_PACKAGE = '(default)';
