/**
 * Which type is the memory of which map type: a map value is a pointer to a structure that Go's linker names after the map's key and element
 * (refine-claims.ts in src/types/catalog has the structures). Types that share a name with others, as local ones may, are left out.
 */
import {TYPE_KINDS, type TypeIndex, type TypeTable} from '../graph/heap-graph.js';

const MAP = TYPE_KINDS.indexOf('map');

/** Structure → map type. */
export function findMapStructures({count, kind, name, key, element}: TypeTable): ReadonlyMap<TypeIndex, TypeIndex> {
  const byName = new Map<string, TypeIndex>();
  const ambiguous = new Set<string>();
  for (let type = 0; type < count; type++) {
    if (kind[type] !== MAP || key[type] === 0 || element[type] === 0) continue;
    const parts = `<${name[key[type]!]},${name[element[type]!]}>`;
    const other = byName.get(parts) ?? type;
    if (key[other] !== key[type] || element[other] !== element[type]) ambiguous.add(parts);
    byName.set(parts, type);
  }
  const found = new Map<TypeIndex, TypeIndex>();
  for (let type = 0; type < count; type++) {
    const parts = /^(?:map|hash)(<.*>)$/.exec(name[type]!)?.[1];
    const map = parts === undefined || ambiguous.has(parts) ? undefined : byName.get(parts);
    if (map !== undefined) found.set(type, map);
  }
  return found;
}
