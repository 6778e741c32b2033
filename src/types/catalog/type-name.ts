/**
 * Type names as Go programmers write them, with full import paths: `map[string]*net/http.Request`, `struct { A int }`.
 * DWARF holds the linker's spelling: dots in the last element of an import path are `%2e`, local types end in `·1`, types
 * that the compiler made for maps start with `noalg.` (cmd/internal/objabi/path.go, cmd/compile/internal/types/fmt.go).
 */
import type {TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {TypeDescription} from './type-description.js';

/** Deeper nesting of unnamed types than any program has: it ends in `…`, so that damaged types cannot loop. */
const MAX_DEPTH = 30;

/** Where the compiler puts the types that stand for all type arguments of one shape. */
export const SHAPE_PACKAGE = 'go.shape';
const SHAPES = `${SHAPE_PACKAGE}.`;

/** Inside a name, a struct's field that is not exported carries its package's path; an embedded field is a type, with nothing behind it. */
const QUALIFIED_FIELD = /(?<=[{;] )[^ ;{}()[\]]*\.([^ ;{}.]+)(?= [^}])/g;

/** The name without the numbers of local types, and with the structs in it spelled as structs are that have no name. */
function plainName(name: string): string {
  const text = name.includes('·') ? name.replace(/·\d+/g, '') : name;
  return text.includes('struct {') ? text.replace(QUALIFIED_FIELD, '$1') : text;
}

/** The spelling of DWARF without the linker's escapes. */
export function decodeLinkerName(name: string): string {
  let text = name.startsWith('noalg.') ? name.slice(6) : name;
  if (text.includes('%')) text = text.replace(/%([0-9a-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return plainName(text);
}

/** The import path in a named type's name as the linker spells it: what stands before the first dot of its last path element. */
export function packageOfLinkerName(name: string): string {
  if (name.startsWith('noalg.')) return '';
  if (name.startsWith(SHAPES)) return SHAPE_PACKAGE;
  const bracket = name.indexOf('[');
  const head = bracket < 0 ? name : name.slice(0, bracket);
  if (head.includes('<')) return ''; // the linker's own: map<K,V>, sudog<T>
  const dot = head.indexOf('.', head.lastIndexOf('/') + 1);
  return dot <= 0 ? '' : decodeLinkerName(head.slice(0, dot));
}

/** `short` is the runtime's name, which has the package's name only (`http.Request`): the same with the import path. */
export function qualifiedName(short: string, importPath: string): string {
  if (importPath === '' || short.startsWith(SHAPES)) return plainName(short);
  const bracket = short.indexOf('[');
  const dot = short.lastIndexOf('.', bracket < 0 ? undefined : bracket);
  return plainName(`${importPath}.${short.slice(dot + 1)}`);
}

/** Whether a type's name says that it stands for others, or is made of types that do. */
export function isNamedByShapes(name: string): boolean {
  return name.includes(SHAPES);
}

/** Whether this is the runtime's name of what the memory of a map consists of. */
export function isMapInside(name: string): boolean {
  return /^map\.(?:bucket|group)\[/.test(name);
}

/** Whether DWARF's name of a type is made of other types' names: then the type has no name of its own. */
export function isCompositeName(name: string): boolean {
  const text = name.startsWith('noalg.') ? name.slice(6) : name;
  return /^(?:\*|\[|map\[|chan |chan<- |<-chan |func\(|struct \{|interface \{)/.test(text);
}

/** Letters of a name that is made of others, about: what is left is `…`. Structs of structs have their parts again and again. */
const LONGEST = 2 ** 14;

/** The name of a type that is named by its parts. `describe` gives the parts. */
export function composeName(
  type: TypeDescription,
  describe: (row: TypeIndex) => TypeDescription,
  depth = 0,
  budget = {letters: LONGEST},
): string {
  budget.letters -= type.name.length + 1;
  if (type.name !== '' && (depth === 0 || budget.letters > 0)) return type.name;
  if (depth > MAX_DEPTH || budget.letters <= 0) return '…';
  const of = (row: TypeIndex): string => composeName(describe(row), describe, depth + 1, budget) || 'unknown';
  switch (type.kind) {
    case KIND.pointer:
      return type.element === 0 ? 'unsafe.Pointer' : `*${of(type.element)}`;
    case KIND.slice:
      return `[]${of(type.element)}`;
    case KIND.array:
      return `[${type.length}]${of(type.element)}`;
    case KIND.map:
      return `map[${of(type.key)}]${of(type.element)}`;
    case KIND.chan:
      return `${type.direction} ${of(type.element)}`;
    case KIND.func:
      return `func${signatureOf(type, of)}`;
    case KIND.interface:
      return interfaceName(type, describe, of);
    case KIND.struct: {
      if (type.fields.length === 0) return 'struct {}';
      return `struct { ${type.fields.map((field) => (field.embedded ? of(field.type) : `${field.name} ${of(field.type)}`)).join('; ')} }`;
    }
    default:
      return '';
  }
}

function interfaceName(type: TypeDescription, describe: (row: TypeIndex) => TypeDescription, of: (row: TypeIndex) => string): string {
  if (type.methods.length === 0) return 'interface {}';
  return `interface { ${type.methods.map((method) => method.name + signatureOf(describe(method.type), of)).join('; ')} }`;
}

/** Parameters and results. */
function signatureOf(type: TypeDescription, of: (row: TypeIndex) => string): string {
  const signature = type.signature;
  if (!signature) return type.name.startsWith('func(') ? type.name.slice(4) : '(…)';
  const parameters = signature.parameters.map(of);
  const last = parameters.length - 1;
  if (signature.variadic && last >= 0) parameters[last] = `...${parameters[last]!.replace(/^\[\]/, '')}`;
  const results = signature.results.map(of);
  const tail = results.length === 0 ? '' : results.length === 1 ? ` ${results[0]}` : ` (${results.join(', ')})`;
  return `(${parameters.join(', ')})${tail}`;
}
