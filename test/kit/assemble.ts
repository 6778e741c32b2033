/**
 * Fields → bytes: how tests spell binary formats, one field a line with a comment, with labels instead of counted offsets.
 * Little endian. `position('x')` is where label x ended up, `distance('a', 'b')` the bytes between two labels; both may be
 * used before their labels are.
 */

/** A number, or one that is known only when all labels have their place. */
export type Value = number | bigint | ((labels: ReadonlyMap<string, number>) => number);

/** A piece of the result. Its size must not depend on labels. */
export interface Field {
  readonly size: (at: number) => number;
  readonly write?: (view: DataView, at: number, labels: ReadonlyMap<string, number>) => void;
  readonly label?: string;
}

/** Throws for an unknown or doubled label. */
export function assemble(...fields: readonly (Field | readonly Field[])[]): Uint8Array {
  const flat = fields.flat();
  const labels = new Map<string, number>();
  const places: number[] = [];
  let end = 0;
  for (const field of flat) {
    places.push(end);
    if (field.label !== undefined) {
      if (labels.has(field.label)) throw new Error(`label ${field.label} is placed twice`);
      labels.set(field.label, end);
    }
    end += field.size(end);
  }
  const data = new Uint8Array(end);
  const view = new DataView(data.buffer);
  for (const [i, field] of flat.entries()) field.write?.(view, places[i]!, labels);
  return data;
}

export const u8 = (value: Value): Field => fixed(1, value);
export const u16 = (value: Value): Field => fixed(2, value);
export const u32 = (value: Value): Field => fixed(4, value);
export const u64 = (value: Value): Field => fixed(8, value);
/** Names the place between two fields. */
export const label = (name: string): Field => ({size: () => 0, label: name});
/** Zeros up to the next multiple of `size`. */
export const align = (size: number): Field => ({size: (at) => (size - (at % size)) % size});
export const zeros = (size: number): Field => ({size: () => size});
export const bytes = (data: ArrayLike<number>): Field => ({
  size: () => data.length,
  write: (view, at) => {
    for (let i = 0; i < data.length; i++) view.setUint8(at + i, data[i]!);
  },
});
/** UTF-8 without a NUL. */
export const text = (value: string): Field => bytes(new TextEncoder().encode(value));
/** UTF-8 with a NUL. */
export const cString = (value: string): Field => text(`${value}\0`);
export const uleb = (value: number): Field => bytes(encodeUleb(value));
export const sleb = (value: number): Field => bytes(encodeSleb(value));

export function position(name: string): Value {
  return (labels) => find(labels, name);
}
export function distance(from: string, to: string): Value {
  return (labels) => find(labels, to) - find(labels, from);
}

function fixed(size: 1 | 2 | 4 | 8, value: Value): Field {
  return {
    size: () => size,
    write: (view, at, labels) => {
      const number = BigInt(typeof value === 'function' ? value(labels) : value);
      for (let i = 0; i < size; i++) view.setUint8(at + i, Number((number >> BigInt(8 * i)) & 0xffn));
    },
  };
}

function find(labels: ReadonlyMap<string, number>, name: string): number {
  const place = labels.get(name);
  if (place === undefined) throw new Error(`label ${name} is placed nowhere`);
  return place;
}

function encodeUleb(value: number): number[] {
  const low = value % 128;
  return value < 128 ? [low] : [low + 128, ...encodeUleb(Math.floor(value / 128))];
}

function encodeSleb(value: number): number[] {
  const low = ((value % 128) + 128) % 128;
  const rest = Math.floor(value / 128);
  const done = (rest === 0 && low < 64) || (rest === -1 && low >= 64);
  return done ? [low] : [low + 128, ...encodeSleb(rest)];
}
