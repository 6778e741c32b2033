/**
 * The WebAssembly modules that come with goheap, which `npm run build` makes of folders called assembly: loops over all rows or objects of a heap.
 */
import {readFileSync} from 'node:fs';
import {packageFile} from './package-file.js';

/** What is used of it: TypeScript knows it in browsers alone. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => {readonly exports: object};
};

/** What every one of them exports beside its functions. */
export interface CompiledModule {
  readonly memory: {readonly buffer: ArrayBuffer; grow(pages: number): number};
}
export interface ExportedNumber {
  readonly value: number;
}

/** Of `memory.grow`. */
const WASM_PAGE = 1 << 16;
const modules = new Map<string, object>();

/** A new instance, with a memory of its own. `name`: of the file below dist/src. */
export function instantiate<M extends CompiledModule>(name: string): M {
  const known = modules.get(name) ?? new WebAssembly.Module(readFileSync(packageFile(`dist/src/${name}`)));
  modules.set(name, known);
  return new WebAssembly.Instance(known).exports as M;
}

/** Makes its memory reach to `end` at least. Views of it that were made before are void. */
export function growTo({memory}: CompiledModule, end: number): void {
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / WASM_PAGE));
}
