/**
 * JSON schemas of docs/json → whether a value is what they say. Knows the words that these use, and refuses others.
 */
import {readProjectFile} from './source-files.js';

interface Schema {
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
}
const KNOWN = new Set(
  '$schema title description $defs $ref anyOf type enum pattern items properties required additionalProperties'.split(' '),
);

/** What is wrong, each with its place; none when the value is what docs/json/<name>.schema.json says. */
export function findJsonFaults(name: string, value: unknown): string[] {
  const schema = JSON.parse(readProjectFile(`docs/json/${name}.schema.json`)) as Schema;
  return faultsOf(schema, value, '$', schema.$defs ?? {});
}

function faultsOf(schema: Schema, value: unknown, place: string, definitions: NonNullable<Schema['$defs']>): string[] {
  const strange = Object.keys(schema).filter((word) => !KNOWN.has(word));
  if (strange.length > 0) throw new Error(`${place}: ${strange.join(', ')} in a schema; test/kit/json-schema.ts does not know that`);
  const check = (part: Schema, inner: unknown, where: string) => faultsOf(part, inner, where, definitions);
  if (schema.$ref) return check(definitions[schema.$ref.replace('#/$defs/', '')]!, value, place);
  if (schema.anyOf) {
    const tried = schema.anyOf.map((choice) => check(choice, value, place));
    return tried.reduce((best, faults) => (faults.length < best.length ? faults : best));
  }
  if (schema.enum && !schema.enum.includes(value)) return [`${place}: ${JSON.stringify(value)} is not one of ${schema.enum.join(', ')}`];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOfType(value, type)))
    return [`${place}: ${JSON.stringify(value)} is no ${types.join(' or ')}`];
  if (schema.pattern && typeof value === 'string' && !new RegExp(schema.pattern).test(value))
    return [`${place}: ${JSON.stringify(value)} is not like ${schema.pattern}`];
  if (Array.isArray(value)) return value.flatMap((item, index) => check(schema.items ?? {}, item, `${place}[${index}]`));
  if (schema.properties === undefined || value === null) return [];
  const {properties} = schema;
  const object = value as Readonly<Record<string, unknown>>;
  const missing = (schema.required ?? []).filter((key) => !(key in object)).map((key) => `${place}: no ${key}`);
  const more = Object.keys(object).filter((key) => schema.additionalProperties === false && !(key in properties));
  const inside = Object.keys(object).filter((key) => key in properties);
  return [
    ...missing,
    ...more.map((key) => `${place}: ${key} is not described`),
    ...inside.flatMap((key) => check(properties[key]!, object[key], `${place}.${key}`)),
  ];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
