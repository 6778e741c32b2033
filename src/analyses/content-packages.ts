/**
 * Types → the packages of what is in them: a named type's own; of a pointer, slice, array, channel or map its element's, else its key's. The memory
 * of maps and channels (`map.group[string]*main.Session`, `hchan<main.Event>`) and closures count with what they are made of as well, so that grouping
 * by package leaves over what has none: numbers, strings, and what nothing is known of.
 */
import {TYPE_KINDS, type TypeIndex, type TypeTable} from '../graph/heap-graph.js';
import {packageName, packageOfName} from './package-names.js';

const STRUCT = TYPE_KINDS.indexOf('struct');
const CLOSURE = 'closure ';
/** Deeper nesting of types without names than any program has. */
const DEEPEST = 100;

/** Per type: import path, '' where there is none. */
export function computeContentPackages(types: TypeTable): string[] {
  const byName = new Map<string, TypeIndex>();
  for (let type = types.count - 1; type > 0; type--) byName.set(types.name[type]!, type);
  const known: (string | undefined)[] = [];
  const packageOf = (type: TypeIndex, depth: number): string => {
    if (type === 0 || depth > DEEPEST) return '';
    known[type] ??= findPackage(type, depth + 1);
    return known[type]!;
  };
  const first = (candidates: readonly TypeIndex[], depth: number): string => {
    for (const type of candidates) {
      const found = packageOf(type, depth);
      if (found !== '') return found;
    }
    return '';
  };
  const findPackage = (type: TypeIndex, depth: number): string => {
    const name = types.name[type]!;
    if (types.package[type]) return packageName(types.package[type]!);
    if (name.startsWith(CLOSURE)) return packageOfName(name.slice(CLOSURE.length));
    const ofArray = /^(.*?)(?:\[\])+$/.exec(name)?.[1]; // of Java
    if (ofArray !== undefined) return packageOf(byName.get(ofArray) ?? 0, depth);
    const contents = [types.element[type]!, types.key[type]!];
    if (types.kind[type] === STRUCT)
      for (let field = types.firstField[type + 1]! - 1; field >= types.firstField[type]!; field--) contents.push(types.fieldType[field]!);
    return first([...contents, ...argumentsOf(name).flatMap((text) => byName.get(text) ?? [])], depth);
  };
  return Array.from({length: types.count}, (_, type) => packageOf(type, 0));
}

/** Of `map<string,*main.Session>` the value's type, then the key's. */
function argumentsOf(name: string): string[] {
  const match = /^\**\w+<(.*)>$/.exec(name);
  if (match === null) return [];
  const list: string[] = [];
  let depth = 0;
  let text = '';
  for (const sign of match[1]!) {
    if ('[({<'.includes(sign)) depth++;
    if ('])}>'.includes(sign)) depth--;
    if (sign === ',' && depth === 0) {
      list.unshift(text);
      text = '';
    } else text += sign;
  }
  return [text, ...list];
}
