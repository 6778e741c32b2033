/**
 * A picture as browsers write it (PNG, eight bits a channel) → the same with a palette of its 256 most frequent colours, a third of the size; rarer ones,
 * which are edges of letters, take the nearest of these. Truth: the PNG specification, sections 9 (filters) and 11 (chunks).
 */
import {crc32, deflateSync, inflateSync} from 'node:zlib';

const SIGNATURE = 8;
const COLOURS = 256;

export function smallPng(png: Buffer): Buffer {
  const chunks = [...readChunks(png)];
  const header = chunks.find(({type}) => type === 'IHDR')!.data;
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const channels = header[9] === 6 ? 4 : 3;
  const data = inflateSync(Buffer.concat(chunks.filter(({type}) => type === 'IDAT').map(({data}) => data)));
  const colours = unfilter(data, width, height, channels);
  const {palette, places} = findPalette(colours);
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) rows[row * (width + 1) + 1 + x] = places.get(colours[row * width + x]!)!;
  }
  header.set([8, 3, 0, 0, 0], 8); // eight bits, a palette
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    png.subarray(0, SIGNATURE),
    chunk('IHDR', header),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(rows, {level: 9})),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function* readChunks(png: Buffer): Generator<{type: string; data: Buffer}> {
  for (let at = SIGNATURE; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const length = png.readUInt32BE(at);
    yield {type: png.toString('latin1', at + 4, at + 8), data: Buffer.from(png.subarray(at + 8, at + 8 + length))};
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(12 + data.length);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + data.length)), 8 + data.length);
  return whole;
}

/** The colour of each pixel, red first. */
function unfilter(data: Buffer, width: number, height: number, channels: number): Uint32Array {
  const length = width * channels;
  const pixels = new Uint8Array(length * height);
  for (let row = 0; row < height; row++) {
    const filter = data[row * (length + 1)]!;
    for (let i = 0; i < length; i++) {
      const at = row * length + i;
      const left = i >= channels ? pixels[at - channels]! : 0;
      const up = row > 0 ? pixels[at - length]! : 0;
      const corner = row > 0 && i >= channels ? pixels[at - length - channels]! : 0;
      pixels[at] = data[row * (length + 1) + 1 + i]! + [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
    }
  }
  return Uint32Array.from({length: width * height}, (_, i) => {
    const at = i * channels;
    return (pixels[at]! << 16) | (pixels[at + 1]! << 8) | pixels[at + 2]!;
  });
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function findPalette(colours: Uint32Array): {palette: number[]; places: Map<number, number>} {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || a - b).map(([colour]) => colour);
  const palette = byCount.slice(0, COLOURS);
  const distance = (a: number, b: number) => [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);
  const nearest = (colour: number) =>
    palette.reduce((best, each, at) => (distance(each, colour) < distance(palette[best]!, colour) ? at : best), 0);
  return {palette, places: new Map(byCount.map((colour, at) => [colour, at < COLOURS ? at : nearest(colour)]))};
}
