/**
 * A pprof file → its samples with names, for tests: decoded by protobufjs from formats/pprof/profile.proto, which the writer does not
 * use. Every reference is checked, and that each id is defined once.
 */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {ungzip} from 'pako';
import protobuf from 'protobufjs';

export interface ReadSample {
  readonly stack: readonly string[]; // the root's frame first
  readonly places: readonly string[]; // file:line, '' where not known
  readonly objects: number;
  readonly bytes: number;
  readonly labels: Readonly<Record<string, string>>;
}
export interface ReadProfile {
  readonly samples: readonly ReadSample[];
  readonly sampleTypes: readonly string[];
  readonly defaultType: string;
  readonly comments: readonly string[];
  readonly mapping: Readonly<Record<string, unknown>>;
  readonly milliseconds: number;
}

interface Message {
  readonly [field: string]: number;
}
interface RawProfile {
  readonly sampleType: readonly Message[];
  readonly sample: readonly {
    readonly locationId: readonly number[];
    readonly value: readonly number[];
    readonly label: readonly Message[];
  }[];
  readonly mapping: readonly Message[];
  readonly location: readonly {readonly id: number; readonly mappingId: number; readonly line: readonly Message[]}[];
  readonly function: readonly Message[];
  readonly stringTable: readonly string[];
  readonly comment: readonly number[];
  readonly timeNanos: number;
  readonly defaultSampleType: number;
}

const PROTO = fileURLToPath(new URL('../../formats/pprof/profile.proto', import.meta.url));

export function readProfile(path: string): ReadProfile {
  const type = protobuf.loadSync(PROTO).lookupType('goheap.pprof.Profile');
  const raw = type.toObject(type.decode(ungzip(readFileSync(path))), {longs: Number, defaults: true}) as RawProfile;
  const text = (index: number | undefined) => found(raw.stringTable[index ?? -1], `string ${index}`);
  const functions = byId(raw.function as readonly {readonly id: number; readonly name: number; readonly filename: number}[]);
  const locations = byId(raw.location);
  const frame = (id: number) => {
    const {functionId, line} = found(locations.get(id), `location ${id}`).line[0]!;
    const {name, filename} = found(functions.get(functionId!), `function ${functionId}`);
    return {name: text(name), place: line ? `${text(filename)}:${line}` : ''};
  };
  const [mapping] = raw.mapping;
  for (const {mappingId} of raw.location) if (mappingId !== mapping!.id) throw new Error(`no mapping ${mappingId}`);
  return {
    samples: raw.sample.map(({locationId, value, label}) => {
      const frames = locationId.map(frame).reverse();
      return {
        stack: frames.map(({name}) => name),
        places: frames.map(({place}) => place),
        objects: value[0]!,
        bytes: value[1]!,
        labels: Object.fromEntries(label.map(({key, str}) => [text(key), text(str)])),
      };
    }),
    sampleTypes: raw.sampleType.map(({type: name, unit}) => `${text(name)}/${text(unit)}`),
    defaultType: text(raw.defaultSampleType),
    comments: raw.comment.map(text),
    mapping: {...mapping, filename: text(mapping!.filename), buildId: text(mapping!.buildId)},
    milliseconds: raw.timeNanos / 1e6,
  };
}

/** As pprof sums up: flat by the last frame, cum by every frame of a sample once. */
export function sumByFrame(samples: readonly ReadSample[]): Map<string, {flat: number; cum: number}> {
  const sums = new Map<string, {flat: number; cum: number}>();
  for (const {stack, bytes} of samples) {
    for (const name of new Set(stack)) {
      const sum = sums.get(name) ?? {flat: 0, cum: 0};
      sum.cum += bytes;
      if (name === stack.at(-1)) sum.flat += bytes;
      sums.set(name, sum);
    }
  }
  return sums;
}

function byId<T extends {readonly id: number}>(rows: readonly T[]): Map<number, T> {
  const map = new Map(rows.map((row) => [row.id, row]));
  if (map.size !== rows.length || map.has(0)) throw new Error('an id is 0 or there twice');
  return map;
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is not in the profile`);
  return value;
}
