/**
 * The encoding of heap dumps: unsigned varints, byte strings with a length in front, text. Used by heap-dump.ts alone.
 * Every failure names the position, because a wrong record leads the reader astray from there on.
 */
export class DumpCursor {
  readonly #data: Uint8Array;
  #position = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }
  fail(problem: string): never {
    throw new Error(`heap dump: at ${this.#position}: ${problem}`);
  }
  /** An unsigned varint, exact below 2**53. */
  int(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#data[this.#position++];
      if (byte === undefined) this.fail('the file ends inside a number');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
  ints(count: number): number[] {
    return Array.from({length: count}, () => this.int());
  }
  /** A view into the file, not a copy. */
  bytes(): Uint8Array {
    const length = this.int();
    const start = this.#position;
    if (length > this.#data.length - start) this.fail(`${length} bytes wanted; ${this.#data.length - start} remain`);
    this.#position = start + length;
    return this.#data.subarray(start, this.#position);
  }
  text(): string {
    return Buffer.from(this.bytes()).toString('utf8');
  }
  expectText(expected: string): void {
    const found = Buffer.from(this.#data.subarray(this.#position, this.#position + expected.length)).toString('latin1');
    if (found !== expected) this.fail(`the header is ${JSON.stringify(found)}`);
    this.#position += expected.length;
  }
}
