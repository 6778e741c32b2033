import {expect, test} from 'vitest';
import {runGcProgram} from '../../../src/runtime/types/gc-program.js';

/** The bits that the instructions stand for, as text. */
function run(instructions: readonly number[], count: number): string {
  const memory = [0, 0, 0, 0, ...instructions];
  const bits = runGcProgram({u8: (address) => memory[address - 0x1000]!}, 0x1000, count);
  return Array.from({length: count}, (_, i) => (bits[i >>> 3]! >>> (i & 7)) & 1).join('');
}

test('literal bits', () => {
  expect(run([3, 0b101, 0], 3)).toBe('101');
  expect(run([10, 0xff, 0b10, 0], 10)).toBe('1111111101');
});
test('a short repetition', () => {
  expect(run([2, 0b01, 0x82, 3, 0], 8)).toBe('10101010');
});
test('a repetition whose lengths are varints', () => {
  expect(run([1, 1, 0x81, 0x82, 0x01, 1, 0, 0x80, 0x84, 0x01, 1, 0], 264)).toBe(`${'1'.repeat(131)}0${'1'.repeat(131)}0`);
});
test('bits that the program does not write are no pointers, and it may write more than was asked for', () => {
  expect(run([1, 1, 0], 4)).toBe('1000');
  expect(run([1, 1, 0x81, 0xff, 0xff, 0x7f, 0], 5)).toBe('11111');
});
test('a program that repeats what is not there is an error', () => {
  expect(() => run([1, 1, 0x85, 2, 0], 20)).toThrow(/repeats/);
});
