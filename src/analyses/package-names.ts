/**
 * Names of variables, functions and types → their packages, and which packages answer nobody's question: the runtime and its helpers,
 * which lead everywhere, and packages whose types only carry what others own. Both lists stand here and nowhere else.
 */
import {packageOfClass} from '../graph/language.js';

/** Where a path through one of their variables or frames says least: everything the runtime keeps leads to everything. */
const RUNTIME_AND_HELPERS = /^(?:runtime|internal|sync|reflect|unique|weak)(?:\/|$)|^(?:java|javax|jdk|sun|com\.sun)\.[\w.]+$/;

/** Their types are containers and plumbing: the bytes in them belong to whoever put them there. */
const TRANSPARENT =
  /^(?:(?:internal|container)\/.*|runtime|sync|sync\/atomic|bytes|strings|bufio|unique|weak|reflect|slices|maps|go\.shape|(?:java|jdk\.internal|sun|kotlin|scala|com\.google\.common)\.[\w.]+)$/;

/** Import path in front of a qualified name: `net/http` of `net/http.(*conn).serve`. '' when there is none. Vendored packages as `packageName` has them. */
export function packageOfName(qualifiedName: string): string {
  const arguments_ = qualifiedName.search(/[([]/); // of a receiver or an instantiation: they have paths of their own
  const head = arguments_ < 0 ? qualifiedName : qualifiedName.slice(0, arguments_);
  const dot = head.indexOf('.', head.lastIndexOf('/') + 1);
  return dot <= 0 ? '' : packageName(head.slice(0, dot));
}

/** The package of a variable or a method of Java, behind which stand its class and its own name: `com.acme` of `com.acme.Main.cache`. */
export function packageOfMember(name: string): string {
  if (name.startsWith('‹') || !name.includes('.')) return '';
  return packageOfClass(name.slice(0, name.lastIndexOf('.')));
}
/** The import path as its source has it: without the `vendor/` of the standard library's copies, and with dots instead of the linker's escapes. */
export function packageName(importPath: string): string {
  return importPath.replace(/^vendor\//, '').replaceAll('%2e', '.');
}

export function isRuntimePackage(importPath: string): boolean {
  return RUNTIME_AND_HELPERS.test(importPath);
}

export function isTransparentPackage(importPath: string): boolean {
  return TRANSPARENT.test(importPath);
}

/** Whether words of data have no name but where they lie, as those of a stripped program: `bss+0x40`. */
export function isNamelessData(name: string): boolean {
  return /^[\w.]+\+0x[0-9a-f]+$/.test(name);
}
