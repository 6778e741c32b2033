/**
 * A heap graph from a few words of text, so that everything behind the graph is tested without a core.
 * Statements end with `;` or a line break, `#` starts a comment. Objects exist once they are mentioned and are numbered, and
 * laid out in memory, in the order of their first mention; a missing size is the smallest multiple of 8 that fits.
 *
 *   roots: a b                        one global per object, named main.a and main.b, that points to it
 *   global main.x : T -> a b          a root node: KIND NAME [: TYPE [xN]] [size=N] [in PARENT] [-> TARGETS]
 *   goroutine 1 -> c                  the goroutine's own node, named "goroutine 1"
 *   local y in 1 -> d                 a root node below goroutine 1
 *   static main.x.y in main.x -> e    static data below what holds it
 *   finalizer f of=e -> g             the object that it belongs to; goroutine 1 reason=chan_send: why it waits
 *   blocked 1 s=c t=-                 goroutine 1 waits for c by its sudog s, and for something outside of the heap; without words: for nothing; ?: unknown
 *   a -> b c !d 40=e f:16             pointers; each goes to the next word, or to the offset before `=`;
 *                                     `!` is not followed, `:16` points 16 bytes into f's slot instead of at its data
 *   a : T x3 size=64 header=8 evidence=field noscan
 *   type T 24 next@0:*T name@8:string a struct with fields; *T, []T, string, int … are made when mentioned; `kind=map` etc. where not a struct
 *   meta go_version=go1.26.8          metadata
 */
import type {NodeIndex} from '../../src/base/units.js';
import {checkGraph} from '../../src/graph/check.js';
import {freezeGraph} from '../../src/graph/freeze.js';
import {type Evidence, type HeapGraph, ROOT_KINDS, type RootKind} from '../../src/graph/heap-graph.js';
import {buildGraph, type Draft, nextSlot, type TextNode, type TextRoot} from './graph-from-draft.js';
import {typeNamed} from './types-from-text.js';

const names = new WeakMap<HeapGraph, ReadonlyMap<string, NodeIndex>>();

/** The graph the text describes: checked and frozen. */
export function graphFromText(text: string): HeapGraph {
  const draft: Draft = {objects: new Map(), roots: new Map(), types: [], waits: new Map(), metadata: {}};
  const statements = text
    .replaceAll(/#.*/g, '')
    .split(/[;\n]/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
  for (const statement of statements) if (statement.startsWith('type ')) declareType(draft, statement);
  for (const statement of statements) if (!statement.startsWith('type ')) readStatement(draft, statement);
  const graph = freezeGraph(buildGraph(draft));
  checkGraph(graph);
  const nodes = new Map<string, NodeIndex>([['program', 0]]);
  for (const name of [...draft.roots.keys(), ...draft.objects.keys()]) nodes.set(name, nodes.size);
  names.set(graph, nodes);
  return graph;
}

/** The node of an object, of a root node (`main.x`, `goroutine 1`), or of `program`. */
export function nodeNamed(graph: HeapGraph, name: string): NodeIndex {
  const node = names.get(graph)?.get(name);
  if (node === undefined) throw new Error(`no node '${name}' in the text of this graph`);
  return node;
}

/** The other way round, for goldens. */
export function nameOfNode(graph: HeapGraph, node: NodeIndex): string {
  for (const [name, index] of names.get(graph) ?? []) if (index === node) return name;
  return `node ${node}`;
}

function declareType(draft: Draft, statement: string): void {
  const [, name, size, ...rest] = statement.split(/\s+/);
  const type = draft.types[typeNamed(draft.types, name!)]!;
  type.size = Number(size);
  for (const word of rest) {
    const field = /^(\w+)@(\d+):(\S+)$/.exec(word);
    if (field) type.fields.push({name: field[1]!, offset: Number(field[2]), type: typeNamed(draft.types, field[3]!)});
    else if (word.startsWith('kind=')) type.kind = word.slice(5);
    else throw new Error(`'${statement}': '${word}' is neither NAME@OFFSET:TYPE nor kind=KIND`);
  }
}

function readStatement(draft: Draft, statement: string): void {
  const [left, right = ''] = statement.split('->').map((part) => part.trim()) as [string, string?];
  if (left.startsWith('roots:')) {
    for (const name of words(left.slice(6))) readEdges(draft, rootNamed(draft, `global main.${name}`), name);
    return;
  }
  if (left.startsWith('meta ')) {
    for (const [key, value] of words(left.slice(5)).map((word) => word.split('=') as [string, string])) draft.metadata[key] = value;
    return;
  }
  if (left.startsWith('blocked ')) {
    readWaits(draft, words(left.slice(8)));
    return;
  }
  const [subject, attributes] = splitSubject(left);
  const isRoot = (ROOT_KINDS as readonly string[]).includes(subject.split(' ')[0]!);
  const node = isRoot ? rootNamed(draft, subject) : objectNamed(draft, subject);
  for (const word of words(attributes)) readAttribute(draft, node, word);
  readEdges(draft, node, right);
}

/** What comes before the attributes: `a`, `local y in 1`, `goroutine 1 size=64` has none but `size=64`. */
function splitSubject(left: string): [string, string] {
  const at = left.search(/\s+(:|\w+=)|:(\s|$)/);
  return at < 0 ? [left, ''] : [left.slice(0, at).trim(), left.slice(at).replace(/^\s*:/, '').trim()];
}

function readAttribute(draft: Draft, node: TextNode | TextRoot, word: string): void {
  const [key, value] = word.split('=') as [string, string?];
  if (key === 'size') node.size = Number(value);
  else if (key === 'of' && 'kind' in node) node.object = objectNamed(draft, value!).name;
  else if (key === 'reason' && 'kind' in node) node.reason = value!.replaceAll('_', ' ');
  else if (key === 'header') node.header = Number(value);
  else if (key === 'evidence') node.evidence = value as Evidence;
  else if (word === 'noscan') node.scan = false;
  else if (/^\d+$/.test(word)) node.size = Number(word);
  else if (/^x\d+$/.test(word)) node.length = Number(word.slice(1));
  else {
    node.type = typeNamed(draft.types, word);
    node.length = 1;
    if (node.evidence === 'unknown') node.evidence = 'header';
  }
}

function readEdges(draft: Draft, node: TextNode, targets: string): void {
  for (const word of words(targets)) {
    const match = /^(?:(\d+)=)?(!?)([^:]+)(?::(\d+))?$/.exec(word);
    if (!match) throw new Error(`'${word}' is no target; write [OFFSET=][!]NAME[:OFFSET]`);
    const [, offset, mark, target, targetOffset] = match;
    objectNamed(draft, target!);
    node.edges.push({
      slot: offset === undefined ? nextSlot(node) : Number(offset) / 8,
      target: target!,
      targetOffset: targetOffset === undefined ? undefined : Number(targetOffset),
      followed: mark === '',
    });
  }
}

function objectNamed(draft: Draft, name: string): TextNode {
  let object = draft.objects.get(name);
  if (!object) {
    object = {name, type: 0, length: 0, size: undefined, header: 0, evidence: 'unknown', scan: true, edges: []};
    draft.objects.set(name, object);
  }
  return object;
}

function rootNamed(draft: Draft, subject: string): TextRoot {
  const [kind, own, , parent] = subject.split(/\s+/) as [RootKind, string, string?, string?];
  const name = kind === 'goroutine' ? `goroutine ${own}` : own;
  let root = draft.roots.get(name);
  if (!root) {
    root = {
      name,
      kind,
      parent,
      object: undefined,
      reason: '',
      type: 0,
      length: 0,
      size: undefined,
      header: 0,
      evidence: 'unknown',
      scan: true,
      edges: [],
    };
    draft.roots.set(name, root);
  }
  return root;
}

function readWaits(draft: Draft, [goroutine, ...waits]: string[]): void {
  const read = (word: string) => {
    const [sudog, object] = word.split('=') as [string, string];
    return {sudog: objectNamed(draft, sudog).name, object: object === '-' ? object : objectNamed(draft, object).name};
  };
  draft.waits.set(`goroutine ${goroutine}`, waits[0] === '?' ? undefined : waits.map(read));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Contents without a byte, for analyses that need none. */
export const noContents = {bytes: () => undefined};
