/**
 * The masks by which the collector finds pointers in data and bss must cover these sections. Truth: runtime/symtab.go (moduledata),
 * mbitmap.go (progToPointerMask).
 */
import {hex} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';

/** Adds `mask-size` to the warnings. */
export function checkModules({modules, warnings}: GoRuntime): void {
  for (const {sections} of modules) {
    for (const {name, start, end, maskBits} of sections) {
      const words = Math.floor((end - start) / 8);
      if (maskBits === words) continue;
      const what = `The pointer mask of ${name} at ${hex(start)} has ${maskBits} bits for ${words} words`;
      warnings.add('mask-size', `${what}, so its memory is damaged: global variables may be missing as roots.`);
    }
  }
}
