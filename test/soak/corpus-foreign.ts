/**
 * The tables of an executable for Windows or macOS → what may be done to them: headers, sections, load commands, symbols, names, relocations. Written
 * from Microsoft's "PE Format" and Apple's <mach-o/loader.h>.
 */
import {readFileSync} from 'node:fs';
import {type Change, changeBytes, changeField, type Kind, pick, type Random} from './corpus.js';

interface Place {
  readonly at: number;
  readonly size: number;
}

export function foreignKinds(file: string): Kind[] {
  const data = readFileSync(file);
  const isPe = data.readUInt16LE(0) === 0x5a4d;
  const {tables, bulks} = isPe ? placesOfPe(data) : placesOfMachO(data);
  const change = (random: Random): Change => {
    const {at, size} = pick(random, tables);
    const width = pick(random, [2, 4, 8]);
    const fields = Array.from({length: Math.floor(size / width)}, (_, i) => [`number ${i}`, i * width, width] as const);
    return changeField(random, {file, at, data: data.subarray(at, at + size)}, fields);
  };
  const inBulk = (random: Random): Change => {
    const {at, size} = pick(
      random,
      bulks.filter((bulk) => bulk.size > 0),
    );
    const changes = Array.from({length: 1 + random(50)}, () => changeBytes(random, file, at, size));
    return {what: `${changes.length} places of the table at ${at}`, patches: changes.flatMap(({patches}) => patches)};
  };
  const name = isPe ? 'PE' : 'Mach-O';
  return [
    {name: `headers of a ${name} file`, change},
    {name: `symbols and relocations of a ${name} file`, change: inBulk},
  ];
}

function placesOfPe(data: Buffer): {tables: Place[]; bulks: Place[]} {
  const at = data.readUInt32LE(0x3c);
  const [count, symbols, symbolCount, optional] = [
    data.readUInt16LE(at + 6),
    data.readUInt32LE(at + 12),
    data.readUInt32LE(at + 16),
    data.readUInt16LE(at + 20),
  ];
  const rows = at + 24 + optional;
  const sections = Array.from({length: count}, (_, row) => ({at: rows + row * 40, size: 40}));
  const relocations = sections.find((row) => data.toString('latin1', row.at, row.at + 6) === '.reloc');
  const bulks = [{at: symbols, size: symbolCount * 18 + 4}];
  if (relocations) bulks.push({at: data.readUInt32LE(relocations.at + 20), size: data.readUInt32LE(relocations.at + 16)});
  return {tables: [{at: 0, size: 64}, {at, size: 24}, {at: at + 24, size: optional}, ...sections], bulks};
}

function placesOfMachO(data: Buffer): {tables: Place[]; bulks: Place[]} {
  const tables: Place[] = [{at: 0, size: 32}];
  const bulks: Place[] = [];
  let at = 32;
  for (let command = 0; command < data.readUInt32LE(16); command++) {
    const [kind, size] = [data.readUInt32LE(at), data.readUInt32LE(at + 4)];
    tables.push({at, size});
    if (kind === 0x2) bulks.push({at: data.readUInt32LE(at + 8), size: data.readUInt32LE(at + 12) * 16});
    if ([0x22, 0x80000022, 0x80000034].includes(kind)) bulks.push({at: data.readUInt32LE(at + 8), size: data.readUInt32LE(at + 12)});
    at += size;
  }
  return {tables, bulks};
}
