/**
 * A good heap dump of the runtime → hostile ones: records whose numbers, lengths, texts, fields and order say what is not so. Written from
 * runtime/heapdump.go; shares no code with src.
 */
import {NASTY_TEXTS, otherNumber, pick, type Random} from './corpus.js';

/** `claimed`: the length that stands in front of the bytes, where it is another one. */
type Part = {readonly number: bigint} | {readonly bytes: Uint8Array; readonly claimed?: bigint};
interface DumpRecord {
  readonly tag: number;
  readonly parts: readonly Part[];
}
export interface DumpKind {
  readonly name: string;
  change(random: Random, records: readonly DumpRecord[]): {readonly what: string; readonly bytes: Uint8Array};
}

const HEADER = 'go1.7 heap dump\n';
/** Numbers (n), texts and contents (b), and lists of fields (f) of each record. */
const PARTS: Readonly<Record<number, string>> = {
  1: 'nbf',
  2: 'bn',
  3: 'nnbn',
  4: 'nnnnnnnnbnnnn',
  5: 'nnnbnnnbf',
  6: 'nnnnbbn',
  7: 'nnnnn',
  8: 'nn',
  9: 'nnn',
  10: 'n'.repeat(281),
  11: 'nnnnn',
  12: 'nbf',
  13: 'nbf',
  14: 'nnnnnnn',
  15: 'nnnnnn',
  17: 'nn',
};
const [OBJECT, TYPE, PARAMETERS, BUCKET] = [1, 3, 6, 16];

/** All records up to the end, which is none. */
export function readDumpRecords(dump: Uint8Array): DumpRecord[] {
  let at = HEADER.length;
  const number = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = dump[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const part = (): Part => ({number: number()});
  const bytes = (): Part => {
    const length = Number(number());
    at += length;
    return {bytes: dump.subarray(at - length, at)};
  };
  const records: DumpRecord[] = [];
  for (let tag = Number(number()); tag !== 0; tag = Number(number())) {
    const parts: Part[] = [];
    for (const kind of PARTS[tag] ?? '') {
      if (kind === 'n') parts.push(part());
      else if (kind === 'b') parts.push(bytes());
      else {
        for (let field = number(); ; field = number()) {
          parts.push({number: field});
          if (field === 0n) break;
          parts.push(part());
        }
      }
    }
    if (tag === BUCKET) {
      parts.push(part(), part());
      const depth = number();
      parts.push({number: depth});
      for (let call = 0n; call < depth; call++) parts.push(bytes(), bytes(), part());
      parts.push(part(), part());
    }
    records.push({tag, parts});
  }
  return records;
}

function encode(records: readonly DumpRecord[], end = true): Uint8Array {
  const pieces: Uint8Array[] = [Buffer.from(HEADER)];
  for (const {tag, parts} of records) {
    pieces.push(uvarint(BigInt(tag)));
    for (const part of parts) {
      if ('number' in part) pieces.push(uvarint(part.number));
      else pieces.push(uvarint(part.claimed ?? BigInt(part.bytes.length)), part.bytes);
    }
  }
  return Buffer.concat(end ? [...pieces, uvarint(0n)] : pieces);
}

function uvarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...bytes, Number(rest));
}

export const DUMP_KINDS: readonly DumpKind[] = [
  {name: 'numbers of a record', change: (random, records) => changePart(random, records, (part) => 'number' in part)},
  {name: 'lengths and contents', change: (random, records) => changePart(random, records, (part) => 'bytes' in part)},
  {
    name: 'numbers of objects',
    change: (random, records) =>
      changePart(
        random,
        records.filter(({tag}) => tag === OBJECT || tag === PARAMETERS),
        () => true,
        records,
      ),
  },
  {name: 'order of records', change: changeOrder},
  {name: 'spans and fields', change: changeObjects},
  {name: 'lists without an end', change: changeLists},
  {
    name: 'cut',
    change: (random, records) => {
      const whole = encode(records);
      const length = random(whole.length);
      return {what: `cut to ${length}`, bytes: whole.slice(0, length)};
    },
  },
  {
    name: 'bytes',
    change: (random, records) => {
      const bytes = encode(records).slice();
      const places = Array.from({length: 1 + random(20)}, () => HEADER.length + random(bytes.length - HEADER.length));
      for (const place of places) bytes[place] = pick(random, [0, 1, 0x7f, 0x80, 0xff, random(256)]);
      return {what: `bytes at ${places.join(', ')}`, bytes};
    },
  },
];

function replaced<T>(list: readonly T[], at: number, ...items: readonly T[]): T[] {
  return [...list.slice(0, at), ...items, ...list.slice(at + 1)];
}

/** A number becomes another one; of bytes the length or what they say. */
function changePart(
  random: Random,
  among: readonly DumpRecord[],
  isMeant: (part: Part) => boolean,
  records = among,
): {what: string; bytes: Uint8Array} {
  const tags = [...new Set(among.filter(({parts}) => parts.some(isMeant)).map(({tag}) => tag))];
  const tag = pick(random, tags);
  const record = pick(
    random,
    among.filter((one) => one.tag === tag),
  );
  const places = [...record.parts.keys()].filter((at) => isMeant(record.parts[at]!));
  if (places.length === 0) return {what: 'nothing', bytes: encode(records)};
  const at = pick(random, places);
  const part = record.parts[at]!;
  let other: Part;
  if ('number' in part) other = {number: otherNumber(random, part.number, 8)};
  else if (random(2) === 0) other = {bytes: part.bytes, claimed: otherNumber(random, BigInt(part.bytes.length), 8)};
  else other = {bytes: Buffer.from(pick(random, NASTY_TEXTS))};
  const changed = {tag, parts: replaced(record.parts, at, other)};
  const told = 'number' in other ? other.number : (other.claimed ?? Buffer.from(other.bytes).toString().slice(0, 40));
  return {what: `part ${at} of a record of tag ${tag}: ${told}`, bytes: encode(replaced(records, records.indexOf(record), changed))};
}

/** Records that come again, somewhere else, not at all, or as those of another tag. */
function changeOrder(random: Random, records: readonly DumpRecord[]): {what: string; bytes: Uint8Array} {
  const first = random(records.length);
  const some = records.slice(first, first + 1 + random(200));
  const rest = [...records.slice(0, first), ...records.slice(first + some.length)];
  const to = random(rest.length + 1);
  const choice = random(4);
  if (choice === 0) return {what: `${some.length} records from ${first} on are missing`, bytes: encode(rest)};
  if (choice === 1)
    return {
      what: `${some.length} records from ${first} on come at ${to}`,
      bytes: encode([...rest.slice(0, to), ...some, ...rest.slice(to)]),
    };
  if (choice === 2) {
    const times = 2 + random(50);
    const many = Array.from({length: times}, () => some).flat();
    return {
      what: `${some.length} records from ${first} on come ${times} times`,
      bytes: encode([...rest.slice(0, to), ...many, ...rest.slice(to)]),
    };
  }
  const tag = pick(random, [...Object.keys(PARTS).map(Number), BUCKET, 99]);
  return {
    what: `${some.length} records from ${first} on have tag ${tag}`,
    bytes: encode(records.map((record) => (some.includes(record) ? {...record, tag} : record))),
  };
}

const SIZES = [8, 16, 24, 48, 96, 512, 1024, 1408, 8192, 9472, 32768, 40960];

/** Objects where the allocator puts none, on one another, and tens of thousands of spans of one object each. */
function changeObjects(random: Random, records: readonly DumpRecord[]): {what: string; bytes: Uint8Array} {
  const own = records.filter(({tag}) => tag === OBJECT);
  const near = 'number' in own[0]!.parts[0]! ? own[0]!.parts[0]!.number : 0n;
  const [count, size] = [1 + random(20_000), pick(random, SIZES.slice(0, 6))];
  const step = BigInt(pick(random, [0, 8, size, 8192, 81_920, 2 ** 30]));
  const start = pick(random, [near, near + 4n, 0n, 2n ** 47n, 0xc100000000n]);
  const pointers = Array.from({length: random(4)}, () => BigInt(random(4) === 0 ? random(2 ** 30) : random(size)));
  const fields: Part[] = [...pointers.flatMap((offset) => [{number: 1n}, {number: offset}]), {number: 0n}];
  const object = (i: number): DumpRecord => ({
    tag: OBJECT,
    parts: [{number: start + step * BigInt(i)}, {bytes: new Uint8Array(size).fill(random(256))}, ...fields],
  });
  const more = Array.from({length: count}, (_, i) => object(i));
  const at = records.indexOf(own[0]!) + random(own.length);
  return {
    what: `${count} objects of ${size} from ${start} on, ${step} apart, with pointers at ${pointers}`,
    bytes: encode([...records.slice(0, at), ...more, ...records.slice(at)]),
  };
}

/** Tens of thousands of fields, types, itabs, calls. */
function changeLists(random: Random, records: readonly DumpRecord[]): {what: string; bytes: Uint8Array} {
  const count = 1 + random(100_000);
  const choice = random(3);
  if (choice === 0) {
    const record = pick(
      random,
      records.filter(({tag}) => [1, 5, 12, 13].includes(tag)),
    );
    const field = [{number: 1n}, {number: BigInt(random(2 ** 20))}];
    const parts = [...record.parts.slice(0, -1), ...Array.from({length: count}, () => field).flat(), {number: 0n}];
    return {
      what: `${count} fields of a record of tag ${record.tag}`,
      bytes: encode(replaced(records, records.indexOf(record), {...record, parts})),
    };
  }
  if (choice === 1) {
    const type = pick(
      random,
      records.filter(({tag}) => tag === TYPE),
    );
    const shift = pick(random, [0n, 1n, 4096n]);
    const many = Array.from({length: count}, (_, i): DumpRecord => {
      const [address, ...rest] = type.parts as [{number: bigint}, ...Part[]];
      return {tag: TYPE, parts: [{number: address.number + shift * BigInt(i)}, ...rest]};
    });
    return {what: `${count} types`, bytes: encode([records[0]!, ...many, ...records.slice(1)])};
  }
  const text = {bytes: Buffer.from(pick(random, NASTY_TEXTS).slice(0, 100))};
  const calls = Array.from({length: count}, (): Part[] => [text, text, {number: 1n}]).flat();
  const bucket: DumpRecord = {
    tag: BUCKET,
    parts: [{number: 1n}, {number: 64n}, {number: BigInt(count)}, ...calls, {number: 1n}, {number: 0n}],
  };
  return {what: `a stack of ${count} calls`, bytes: encode([...records, bucket])};
}
