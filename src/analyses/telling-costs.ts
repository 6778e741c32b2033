/**
 * Graph → what a path costs that begins at a root node and leaves a node through a pointer: little where that tells a reader something,
 * much where it does not. THE TABLE of telling paths (telling-paths.ts) is here; a change of it needs a case in the tests.
 * Costs go by root node and by type and never by object: a byte each, computed once.
 */
import {NONE, type StringIndex, type TypeIndex} from '../base/units.js';
import {type HeapGraph, ROOT_KINDS, TYPE_KINDS} from '../graph/heap-graph.js';
import {isJava} from '../graph/language.js';
import {isNamelessData, isRuntimePackage, packageName, packageOfMember, packageOfName} from './package-names.js';

/** To begin at a root node. */
const START = {
  variable: 0,
  temporary: 4, // of the compiler, and static data of no variable
  thread: 6, // of Java: its object, to which its frames lead as well
  local: 8,
  goroutine: 12, // its unnamed words, registers, and locals of the runtime's own functions
  special: 20, // finalizers, cleanups, weak handles, the runtime's queues
  runtime: 30, // variables of the runtime and its helpers, and all of a system goroutine
} as const;
/** To follow a pointer, by what it is in. */
const POINTER = {
  typed: 1,
  unknown: 6,
  context: 6,
  closure: 10,
  runtime: 20, // p, m, g, sudog, itabs
  pool: 25,
  jvm: 20, // class loaders, classes, modules, threads: the JVM's and the JDK's own
  softly: 12, // of Java: references that go when memory is short
  timer: 33, // it leads to the p whose heap it is in, and so to all other timers: runtime.allp must be nearer, at 30 + 1 + 1
} as const;
/** On top, to point into the middle of an object: `&server.raft` tells of a part what a pointer to the server tells of the whole. */
const INTERIOR = 2;

/** No cost is larger. */
export const LARGEST_COST = POINTER.timer + INTERIOR;

export interface TellingCosts {
  readonly start: Uint8Array; // per root row
  readonly rootPointer: Uint8Array; // per root row: each pointer in it
  readonly typePointer: Uint8Array; // per type: each pointer in an object of it
  readonly interiorPointer: number; // on top of both, where the pointer leads into the middle of an object
}

/** O(types + root nodes + strings). */
export function computeTellingCosts(graph: HeapGraph): TellingCosts {
  const {roots, types} = graph;
  const typePointer = new Uint8Array(types.count);
  const costOf = isJava(graph) ? javaPointerCost : pointerCost;
  for (let type = 0; type < types.count; type++) typePointer[type] = costOf(graph, type);
  const start = new Uint8Array(roots.count);
  const rootPointer = new Uint8Array(roots.count);
  const classes = new NameClasses(graph.strings, isJava(graph) ? packageOfMember : packageOfName);
  for (let row = 0; row < roots.count; row++) {
    start[row] = startCost(graph, classes, row);
    rootPointer[row] = classes.isPool(roots.name[row]!) ? POINTER.pool : typePointer[roots.type[row]!]!;
  }
  return {start, rootPointer, typePointer, interiorPointer: INTERIOR};
}

const kindNumbers = (...names: readonly (typeof ROOT_KINDS)[number][]) => new Set(names.map((name) => ROOT_KINDS.indexOf(name)));
const LOCAL = ROOT_KINDS.indexOf('local');
const GOROUTINE = ROOT_KINDS.indexOf('goroutine');
const OF_GOROUTINES = kindNumbers('goroutine', 'conservative', 'register', 'g', 'runtime');
const SPECIAL = kindNumbers('finalizer', 'finalizer-object', 'cleanup', 'weak-handle', 'class', 'jni', 'monitor', 'native', 'vm');

function startCost(graph: HeapGraph, classes: NameClasses, row: number): number {
  const {roots, goroutines, frames} = graph;
  const kind = roots.kind[row]!;
  if (kind === GOROUTINE && isJava(graph)) return START.thread;
  const goroutine = roots.goroutine[row]!;
  if (goroutine !== NONE && goroutines.system[goroutine] === 1) return START.runtime;
  if (SPECIAL.has(kind)) return START.special;
  if (OF_GOROUTINES.has(kind)) return goroutine === NONE ? START.special : START.goroutine;
  if (kind === LOCAL) {
    const frame = roots.frame[row]!;
    const isWritten = roots.name[row] !== 0 && !(frame !== NONE && classes.isRuntime(frames.functionName[frame]!));
    return isWritten ? START.local : START.goroutine;
  }
  if (classes.isRuntime(roots.name[row]!)) return START.runtime;
  return classes.isTemporary(roots.name[row]!) ? START.temporary : START.variable;
}

/** The runtime's own types that are parts of maps, channels and interfaces: these cost what the program's types cost. */
const CONTAINER_PARTS = /^runtime\.(?:h?map\w*|bmap|hchan|waitq|eface|iface)$/;
/** Its typed twins that are none: `sudog<main.Event>`. */
const TYPED_SUDOG = /^sudog</;
const TIMER = /^runtime\.(?:timer|timeTimer)$/;
const POOL_PARTS = /^sync\.(?:Pool|pool\w+|eface)$/;

function pointerCost({types}: HeapGraph, type: TypeIndex): number {
  const kind = TYPE_KINDS[types.kind[type]!];
  const name = types.name[type]!;
  if (kind === 'unknown') return POINTER.unknown;
  if (kind === 'func' || name.startsWith('closure ')) return POINTER.closure;
  if (TIMER.test(name)) return POINTER.timer;
  if (POOL_PARTS.test(name)) return POINTER.pool;
  const path = packageName(types.package[type]!);
  if (path === 'context') return POINTER.context;
  const isOwn = TYPED_SUDOG.test(name) || (path === 'runtime' && !CONTAINER_PARTS.test(name));
  return isOwn ? POINTER.runtime : POINTER.typed;
}

/** What leads everywhere in a JVM. */
const OF_JVM =
  /ClassLoader|^java\.lang\.(?:Class(?:$|<|Value)|Module|Thread|invoke\.|reflect\.|NamedPackage|Package)|^(?:jdk\.internal|sun|com\.sun)\./;
const REFERENCES = /^java\.lang\.ref\./;

function javaPointerCost({types}: HeapGraph, type: TypeIndex): number {
  const name = types.name[type]!;
  if (TYPE_KINDS[types.kind[type]!] === 'unknown') return POINTER.unknown;
  if (OF_JVM.test(name)) return POINTER.jvm;
  return REFERENCES.test(name) ? POINTER.softly : POINTER.typed;
}

/** What the code of a class of Java refers to: among its static fields, and named by nobody. */
const CONSTANT_POOL = '.<resolved_references>';

/** Bits of a name's class. */
const KNOWN = 1;
const RUNTIME = 2;
const TEMPORARY = 4;
const POOL = 8;

/** What a name says, asked once a string: a million locals have few names. */
class NameClasses {
  readonly #strings: readonly string[];
  readonly #known: Uint8Array; // 0 = not looked at yet
  readonly #packageOf: (name: string) => string;

  constructor(strings: readonly string[], packageOf: (name: string) => string) {
    this.#strings = strings;
    this.#packageOf = packageOf;
    this.#known = new Uint8Array(strings.length);
  }
  isRuntime(name: StringIndex): boolean {
    return (this.#classify(name) & RUNTIME) !== 0;
  }
  isTemporary(name: StringIndex): boolean {
    return (this.#classify(name) & TEMPORARY) !== 0;
  }
  isPool(name: StringIndex): boolean {
    return (this.#classify(name) & POOL) !== 0;
  }
  #classify(index: StringIndex): number {
    const known = this.#known[index]!;
    if (known !== 0) return known;
    const name = this.#strings[index]!;
    const isNameless = name === '' || isNamelessData(name); // static data
    const bits =
      KNOWN |
      (isRuntimePackage(this.#packageOf(name)) ? RUNTIME : 0) |
      (isNameless || name.includes('..') || name.endsWith(CONSTANT_POOL) ? TEMPORARY : 0) |
      (name === 'sync.oldPools' || name === 'sync.allPools' ? POOL : 0);
    this.#known[index] = bits;
    return bits;
  }
}
