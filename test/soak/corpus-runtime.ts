/**
 * What Go's linker and compiler leave for the runtime → what may be done to it: module data, the table of functions, type descriptors. Where they
 * are the good core tells, read by the sources under test; what is done to them is not theirs.
 */

import type {Fixture} from '../kit/fixtures.js';
import {type OpenFixture, openMadeCore} from '../kit/open-fixture.js';
import {type Change, changeField, type Kind, numberAt, numberBytes, pick, type Random} from './corpus.js';

/** Of an abi.Type: its fields, and the first words of the structure behind it. */
const TYPE = [
  ['size', 0, 8],
  ['ptrBytes', 8, 8],
  ['tflag', 20, 1],
  ['align', 21, 1],
  ['fieldAlign', 22, 1],
  ['kind', 23, 1],
  ['gcData', 32, 8],
  ['str', 40, 4],
  ['ptrToThis', 44, 4],
  ['word 0 of its kind', 48, 8],
  ['word 1 of its kind', 56, 8],
  ['word 2 of its kind', 64, 8],
  ['word 3 of its kind', 72, 8],
] as const;
const PCLNTAB_HEADER = Array.from({length: 9}, (_, i) => [`word ${i} of pcHeader`, i * 8, 8] as const);
const FUNCTION = Array.from({length: 11}, (_, i) => [`word ${i} of a function's record`, i * 4, 4] as const);

/** Byte range of the process → where its bytes are in a file. */
class Locator {
  readonly #open: OpenFixture;
  constructor(open: OpenFixture) {
    this.#open = open;
  }
  struct(address: number, size: number) {
    const {image} = this.#open.go;
    const mapping = image.mappings.find(({start, end}) => start <= address && address + size <= end)!;
    return {file: mapping.source.name, at: mapping.offset + address - mapping.start, data: image.bytes(address, size)};
  }
}

export function runtimeKinds(fixture: Fixture): Kind[] {
  const open = openMadeCore(fixture);
  const {go} = open;
  const places = new Locator(open);
  const [module] = go.modules as [(typeof go.modules)[number]];
  const moduledata = go.address('runtime.firstmoduledata');
  const words = Array.from(
    {length: Math.floor(go.layouts.get('runtime.moduledata').size / 8)},
    (_, i) => [`word ${i} of moduledata`, i * 8, 8] as const,
  );
  const links = [...(go.dwarf?.runtimeTypes.keys() ?? [])].map((link) => (link < module.types ? module.types + link : link));
  const types = links.filter((type) => type >= module.types && type + 80 <= module.etypes);
  const records = [...go.functions.entries()]
    .map(([entry]) => go.functions.find(entry)!)
    .filter((fn) => fn !== undefined)
    .map((fn) => fn.record);
  return [
    {name: 'module data', change: (random) => changeField(random, places.struct(moduledata, words.length * 8), words)},
    {
      name: 'pclntab',
      change: (random) => {
        const which = random(3);
        if (which === 0) return changeField(random, places.struct(module.pcHeader, 72), PCLNTAB_HEADER);
        if (which === 1) return changeField(random, places.struct(pick(random, records), 44), FUNCTION);
        return changeField(random, places.struct(module.ftab.address + 8 * random(module.ftab.length), 8), [
          ['an entry of ftab', 0, 4],
          ['its record', 4, 4],
        ]);
      },
    },
    {name: 'type descriptors', change: (random) => changeType(random, places, types)},
    {
      name: 'type descriptors of a stripped program',
      isAsked: true,
      change: (random) => {
        const changes = Array.from({length: 1 + random(20)}, () => changeType(random, places, types));
        return {
          what: changes.map(({what}) => what).join(', '),
          patches: [...STRIPPED.map((part) => ({file: fixture.executable, ...part})), ...changes.flatMap(({patches}) => patches)],
        };
      },
    },
  ];
}

const [ARRAY, STRUCT] = [17, 25];
/** Of an ELF header: there are no sections. */
const STRIPPED = [
  {offset: 40, bytes: numberBytes(0n, 8)},
  {offset: 60, bytes: numberBytes(0n, 4)},
];

/** A field, or references to itself and to others where its parts are. */
function changeType(random: Random, places: Locator, types: readonly number[]): Change {
  const address = pick(random, types);
  const struct = places.struct(address, 80);
  if (random(2) === 0) return changeField(random, struct, TYPE);
  const other = random(2) === 0 ? address : pick(random, types);
  const refer = (at: number, place: {file: string}) => ({file: place.file, offset: at, bytes: numberBytes(BigInt(other), 8)});
  const what = `the type at ${address} refers to ${other}`;
  const kind = struct.data[23]! & 31;
  if (kind !== STRUCT) return {what, patches: [refer(struct.at + (kind === ARRAY ? 48 : pick(random, [48, 56])), struct)]};
  const [first, count] = [56, 64].map((at) => Number(numberAt(struct.data, at, 8))) as [number, number];
  const fields = places.struct(first, count * 24);
  return {what, patches: Array.from({length: count}, (_, i) => refer(fields.at + i * 24 + 8, fields))};
}
