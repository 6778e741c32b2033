/**
 * Root nodes → the variables and functions that their words belong to, as a programmer names them: a package-level variable by its name, a
 * local as `keys in main.readKeys`, a goroutine's other words by the first function on its stack that a person wrote. What has one name
 * is one origin: the same local of a thousand goroutines, the words of all frames of a goroutine.
 */
import {NONE, type NodeIndex, type StringIndex} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS, type RootKind} from '../graph/heap-graph.js';
import {isJava} from '../graph/language.js';
import {isRuntimePackage, packageOfMember, packageOfName} from './package-names.js';

/** The package that a qualified name begins with, in the program's language. */
type PackageOf = (name: string) => string;

export type OriginKind = 'variable' | 'function';

export interface Origin {
  readonly kind: OriginKind;
  /** `main.srv`, `keys in main.readKeys`, `main.worker`. */
  readonly name: string;
  /** The variable in front of `in`; the name where there is none. */
  readonly variable: string;
  /** Import path; '' when unknown. */
  readonly package: string;
  /** Of Java: what a goroutine is there. */
  readonly isThread?: true;
}

const LOCAL = ROOT_KINDS.indexOf('local');
/** Functions that somebody called: not the runtime's way in, and no wrapper of the compiler. */
const CALLED = /^(?!runtime\.goexit|_rt0_|.*(?:\.(?:gowrap|deferwrap)\d+|-fm)$)/;
/** A function without a name of its own. */
const CLOSURE = /\.func\d+(?:\.\d+)*$/;
/** And not the runtime's. */
const WRITTEN = new RegExp(`^(?!runtime\\.)${CALLED.source.slice(1)}`);

/** Whether somebody called the function: neither the runtime's way in, nor a wrapper of the compiler. */
function isCalled(name: string): boolean {
  return CALLED.test(name);
}
/** And whether it is not the runtime's. */
function isWritten(name: string): boolean {
  return WRITTEN.test(name);
}

export interface Call {
  readonly name: string;
  readonly wrapper: number; // 1: made by the compiler
}

/**
 * Of `count` calls, the outermost one first, that by which a person calls the goroutine: the first that neither the runtime nor the compiler put
 * there, else the first that somebody made; −1 where there is none. What a launcher calls (`errgroup.(*Group).Go.func1`) tells more than the
 * launcher: a closure that was not written inside of it, or a method value.
 */
export function findNamingCall(count: number, call: (at: number) => Call): number {
  const written = findCall(count, call, isWritten);
  return written < 0 ? findCall(count, call, isCalled) : calledByLauncher(count, call, written);
}

function findCall(count: number, call: (at: number) => Call, isWanted: (name: string) => boolean): number {
  for (let at = 0; at < count; at++) if (call(at).wrapper === 0 && isWanted(call(at).name)) return at;
  return -1;
}

function calledByLauncher(count: number, call: (at: number) => Call, launcher: number): number {
  let named = launcher;
  for (let at = launcher + 1; at < count && CLOSURE.test(call(named).name); at++) {
    const {name, wrapper} = call(at);
    if (wrapper === 1) return name.endsWith('-fm') && at + 1 < count ? at + 1 : named;
    if (!CLOSURE.test(name) || !isWritten(name) || name.startsWith(call(named).name.replace(CLOSURE, ''))) return named;
    named = at;
  }
  return named;
}

/** Of Java: the outermost one that is not the JDK's; −1 where there is none, and the thread's name says more. */
export function findNamingMethod(count: number, nameAt: (at: number) => string): number {
  for (let at = 0; at < count; at++) if (!isRuntimePackage(packageOfMember(nameAt(at)))) return at;
  return -1;
}

export class RootOrigins {
  readonly #graph: HeapGraph;
  readonly #packageOf: PackageOf;
  readonly #origins: Origin[] = [];
  readonly #byKey = new Map<number, number>();
  readonly #functionOf: Uint32Array; // per goroutine: StringIndex; NONE = not looked up yet

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.#packageOf = isJava(graph) ? packageOfMember : packageOfName;
    this.#functionOf = new Uint32Array(graph.goroutines.count).fill(NONE);
  }

  /** Dense from 0 on, in the order of the first question. */
  idOf(root: NodeIndex): number {
    const {roots, strings} = this.#graph;
    const row = root - 1;
    const goroutine = roots.goroutine[row]!;
    const name = roots.name[row]!;
    if (goroutine === NONE) return this.#remember(name, 0, () => this.#withoutGoroutine(strings[name]!, ROOT_KINDS[roots.kind[row]!]!));
    if (roots.kind[row] !== LOCAL) return this.#functionOrigin(goroutine);
    const frame = roots.frame[row]!;
    const within =
      frame === NONE || this.#graph.frames.wrapper[frame] === 1 ? this.functionOf(goroutine) : this.#graph.frames.functionName[frame]!;
    return this.#remember(name, within + 1, () => localOrigin(strings[name]!, strings[within]!, this.#packageOf));
  }
  at(id: number): Origin {
    return this.#origins[id]!;
  }

  /**
   * What a person calls the goroutine: the outermost function on its stack that neither the runtime nor the compiler put there, and where
   * that is a closure which only calls a function value, that; of a goroutine of the runtime's own the outermost one of the runtime.
   */
  functionOf(goroutine: number): StringIndex {
    let name = this.#functionOf[goroutine]!;
    if (name === NONE) {
      const {goroutines, frames, strings} = this.#graph;
      const last = goroutines.firstFrame[goroutine + 1]! - 1;
      const count = last + 1 - goroutines.firstFrame[goroutine]!;
      const nameAt = (at: number) => strings[frames.functionName[last - at]!]!;
      const call =
        this.#packageOf === packageOfMember
          ? findNamingMethod(count, nameAt)
          : findNamingCall(count, (at) => ({name: nameAt(at), wrapper: frames.wrapper[last - at]!}));
      name = call < 0 ? goroutines.entryFunction[goroutine]! : frames.functionName[last - call]!;
      this.#functionOf[goroutine] = name;
    }
    return name;
  }

  /** What is no variable's is in a list of the runtime's. */
  #withoutGoroutine(name: string, kind: RootKind): Origin {
    const origin = variableOrigin(name || kind, this.#packageOf);
    const isKnown = kind === 'global' || kind === 'static' || origin.package !== '';
    return isKnown ? origin : {...origin, package: this.#packageOf === packageOfMember ? 'java.lang' : 'runtime'};
  }
  #functionOrigin(goroutine: number): number {
    const name = this.functionOf(goroutine);
    return this.#remember(name, -1, () => this.#nameFunction(this.#graph.strings[name]!));
  }
  #nameFunction(name: string): Origin {
    return this.#packageOf === packageOfMember ? threadOrigin(name) : functionOrigin(name);
  }
  /** `name` is a string's number, `within` another one's plus 1, 0 or −1. */
  #remember(name: number, within: number, make: () => Origin): number {
    const key = (within + 1) * 2 ** 26 + name;
    let id = this.#byKey.get(key);
    if (id === undefined) {
      id = this.#origins.length;
      this.#byKey.set(key, id);
      this.#origins.push(make());
    }
    return id;
  }
}

/** `name`: of a package-level variable, or of the runtime's list that a root node is in. */
export function variableOrigin(name: string, packageOf: PackageOf = packageOfName): Origin {
  return {kind: 'variable', name, variable: name, package: packageOf(name)};
}
export function localOrigin(name: string, within: string, packageOf: PackageOf = packageOfName): Origin {
  return {kind: 'variable', name: `${name} in ${within}`, variable: name, package: packageOf(within)};
}
/** A goroutine's words; '' where no function is known. */
export function functionOrigin(name: string): Origin {
  const text = name || 'goroutine';
  return {kind: 'function', name: text, variable: text, package: packageOfName(text)};
}
/** The same of Java: a method, or the name of the thread. */
export function threadOrigin(name: string): Origin {
  const text = name || 'thread';
  return {kind: 'function', name: text, variable: text, package: /^[\w.$]+$/.test(text) ? packageOfMember(text) : '', isThread: true};
}
