/**
 * Root nodes → the variables and functions that their words belong to, as a programmer names them: a package-level variable by its name, a
 * local as `keys in main.readKeys`, a goroutine's other words by the first function on its stack that a person wrote. What has one name
 * is one origin: the same local of a thousand goroutines, the words of all frames of a goroutine.
 */
import {NONE, type NodeIndex, type StringIndex} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS, type RootKind} from '../graph/heap-graph.js';
import {packageOfName} from './package-names.js';

export type OriginKind = 'variable' | 'function';

export interface Origin {
  readonly kind: OriginKind;
  /** `main.srv`, `keys in main.readKeys`, `main.worker`. */
  readonly name: string;
  /** The variable in front of `in`; the name where there is none. */
  readonly variable: string;
  /** Import path; '' when unknown. */
  readonly package: string;
}

const LOCAL = ROOT_KINDS.indexOf('local');
/** Functions that somebody called: not the runtime's way in, and no wrapper of the compiler. */
const CALLED = /^(?!runtime\.goexit|_rt0_|.*(?:\.(?:gowrap|deferwrap)\d+|-fm)$)/;
/** And not the runtime's. */
const WRITTEN = new RegExp(`^(?!runtime\\.)${CALLED.source.slice(1)}`);

/** Whether somebody called the function: neither the runtime's way in, nor a wrapper of the compiler. */
export function isCalled(name: string): boolean {
  return CALLED.test(name);
}
/** And whether it is not the runtime's. */
export function isWritten(name: string): boolean {
  return WRITTEN.test(name);
}

export class RootOrigins {
  readonly #graph: HeapGraph;
  readonly #origins: Origin[] = [];
  readonly #byKey = new Map<number, number>();
  readonly #functionOf: Uint32Array; // per goroutine: StringIndex; NONE = not looked up yet

  constructor(graph: HeapGraph) {
    this.#graph = graph;
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
    const within = frame === NONE ? this.functionOf(goroutine) : this.#graph.frames.functionName[frame]!;
    return this.#remember(name, within + 1, () => localOrigin(strings[name]!, strings[within]!));
  }
  at(id: number): Origin {
    return this.#origins[id]!;
  }

  /**
   * What a person calls the goroutine: the outermost function on its stack that neither the runtime nor the compiler put there; of a
   * goroutine of the runtime's own the outermost one of the runtime.
   */
  functionOf(goroutine: number): StringIndex {
    let name = this.#functionOf[goroutine]!;
    if (name === NONE) {
      name =
        this.#outermost(goroutine, isWritten) ?? this.#outermost(goroutine, isCalled) ?? this.#graph.goroutines.entryFunction[goroutine]!;
      this.#functionOf[goroutine] = name;
    }
    return name;
  }

  #outermost(goroutine: number, isWanted: (name: string) => boolean): StringIndex | undefined {
    const {goroutines, frames, strings} = this.#graph;
    for (let frame = goroutines.firstFrame[goroutine + 1]! - 1; frame >= goroutines.firstFrame[goroutine]!; frame--) {
      const name = frames.functionName[frame]!;
      if (isWanted(strings[name]!)) return name;
    }
    return undefined;
  }

  /** What is no variable's is in a list of the runtime's. */
  #withoutGoroutine(name: string, kind: RootKind): Origin {
    const origin = variableOrigin(name || kind);
    return kind === 'global' || kind === 'static' || origin.package !== '' ? origin : {...origin, package: 'runtime'};
  }
  #functionOrigin(goroutine: number): number {
    const name = this.functionOf(goroutine);
    return this.#remember(name, -1, () => functionOrigin(this.#graph.strings[name]!));
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
export function variableOrigin(name: string): Origin {
  return {kind: 'variable', name, variable: name, package: packageOfName(name)};
}
export function localOrigin(name: string, within: string): Origin {
  return {kind: 'variable', name: `${name} in ${within}`, variable: name, package: packageOfName(within)};
}
/** A goroutine's words; '' where no function is known. */
export function functionOrigin(name: string): Origin {
  const text = name || 'goroutine';
  return {kind: 'function', name: text, variable: text, package: packageOfName(text)};
}
