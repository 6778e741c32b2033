/**
 * Records → a heap dump as runtime/heapdump.go writes it: for what no program at hand can be asked for.
 */

/** Number, text, or bytes behind their number. */
type Part = number | string | Uint8Array;

export class HeapDumpWriter {
  readonly #parts: Uint8Array[] = [Buffer.from('go1.7 heap dump\n')];

  parameters(goarch: string, goVersion: string): this {
    return this.record(6, 0, 8, 0xc000000000, 0xc004000000, goarch, goVersion, 2);
  }

  object(address: number, contents: Uint8Array, pointers: readonly number[] = []): this {
    return this.record(1, address, contents, ...fields(pointers));
  }

  type(address: number, size: number, name: string): this {
    return this.record(3, address, size, name, 1);
  }

  /** `kind`: 12 data, 13 bss. */
  segment(kind: 12 | 13, address: number, contents: Uint8Array): this {
    return this.record(kind, address, contents, ...fields([]));
  }

  record(...parts: readonly Part[]): this {
    for (const part of parts) {
      const bytes = typeof part === 'string' ? Buffer.from(part) : part;
      if (typeof bytes === 'number') this.#parts.push(uvarint(bytes));
      else this.#parts.push(uvarint(bytes.length), bytes);
    }
    return this;
  }

  finish(): Uint8Array {
    return Buffer.concat([...this.#parts, uvarint(0)]);
  }
}

function fields(pointers: readonly number[]): number[] {
  return [...pointers.flatMap((offset) => [1, offset]), 0];
}

function uvarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}
