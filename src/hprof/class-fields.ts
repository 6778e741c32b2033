/**
 * A class → what its instances' values in the file are in memory: for each field of the chain where it stands in the file and where a JVM has it, and of references
 * whether the collector follows them. The file has a class's own fields first, then those of the class above.
 */
import type {Bytes} from '../base/units.js';
import type {ClassTable} from './class-table.js';
import {OBJECT, sizesInFile} from './hprof-format.js';
import type {ObjectSizes} from './object-sizes.js';
import type {HprofNames} from './read-content.js';

export interface PlacedField {
  readonly name: string;
  readonly type: number; // by the format's numbers
  readonly inFile: Bytes; // from the start of the instance's values
  readonly offset: Bytes; // from the start of the object
}

export interface ClassFields {
  readonly fields: readonly PlacedField[]; // by offset
  /** References alone, by offset. */
  readonly inFile: Uint32Array;
  readonly offset: Uint32Array;
  readonly isFollowed: Uint8Array; // 0: as the referent of a weak reference
  readonly bytesInFile: Bytes;
}

/** Whose referent does not keep alive. That of a soft reference does, until memory is short. */
const WEAK = new Set(['java.lang.ref.WeakReference', 'java.lang.ref.PhantomReference', 'java.lang.ref.FinalReference']);
const REFERENCE = 'java.lang.ref.Reference';
const REFERENT = 'referent';

export function readClassFields(number: number, classes: ClassTable, names: HprofNames, sizes: ObjectSizes, idSize: 4 | 8): ClassFields {
  const size = sizesInFile(idSize);
  const chain = [...classes.chain(number)];
  const isWeak = chain.some(({id}) => WEAK.has(names.nameOfClass(id) ?? ''));
  const fields: (PlacedField & {readonly isFollowed: boolean})[] = [];
  let inFile = 0;
  for (const dump of chain) {
    const {offsets} = sizes.laidOut(classes.find(dump.id)!);
    const hasReferent = isWeak && names.nameOfClass(dump.id) === REFERENCE;
    dump.fields.forEach(({nameId, type}, at) => {
      const name = names.text(nameId);
      fields.push({name, type, inFile, offset: offsets[at]!, isFollowed: !(hasReferent && name === REFERENT)});
      inFile += size[type]!;
    });
  }
  fields.sort((a, b) => a.offset - b.offset);
  const references = fields.filter(({type}) => type === OBJECT);
  return {
    fields,
    inFile: Uint32Array.from(references, (field) => field.inFile),
    offset: Uint32Array.from(references, (field) => field.offset),
    isFollowed: Uint8Array.from(references, ({isFollowed}) => (isFollowed ? 1 : 0)),
    bytesInFile: inFile,
  };
}
