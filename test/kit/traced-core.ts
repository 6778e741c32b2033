/**
 * A core opened as far as the types stage needs it, as open-heap does – and, if wanted, as if the program had been stripped: the runtime is
 * found by DWARF, but nothing after that knows a name or a type from it. So one and the same heap can be typed both ways.
 */
import {StringTable} from '../../src/base/string-table.js';
import {WarningLog} from '../../src/base/warnings.js';
import {openDwarf} from '../../src/dwarf/dwarf.js';
import {readSymbols} from '../../src/elf/symbols.js';
import {readHeap, type UntypedHeap} from '../../src/heap/read-heap.js';
import {createMemoryImage} from '../../src/image/memory-image.js';
import {openDump} from '../../src/image/open-dump.js';
import {inflate} from '../../src/image/unpack/decompress.js';
import {closureFunctions} from '../../src/runtime/functions/closure-functions.js';
import {FunctionTypeFinder, functionTypeSource} from '../../src/runtime/functions/function-types.js';
import {readSectionGlobals} from '../../src/runtime/globals.js';
import {type GoRuntime, readGoRuntime} from '../../src/runtime/go-runtime.js';
import {readSpans} from '../../src/runtime/memory/spans.js';
import {namesFromDwarf} from '../../src/runtime/runtime-names.js';
import {typeFormat} from '../../src/runtime/types/type-format.js';
import {readTypeWords} from '../../src/runtime/types/type-words.js';
import type {TypeSource} from '../../src/types/catalog/type-source.js';
import type {TracedHeap} from '../../src/types/evidence/traced-heap.js';

export interface TracedCore {
  readonly go: GoRuntime;
  readonly source: TypeSource;
  readonly untyped: UntypedHeap;
  readonly heap: TracedHeap;
  close(): void;
}

export async function traceCore(core: string, executable: string, stripped = false): Promise<TracedCore> {
  const warnings = new WarningLog();
  const files = openDump(core, {executable}, warnings);
  const image = createMemoryImage(files.core, files.executable, warnings);
  const dwarf = openDwarf((section) => files.debug!.section(section), warnings)!;
  const known = readGoRuntime(image, namesFromDwarf(dwarf, image.bias), dwarf, warnings, executable);
  const go = stripped ? {...known, dwarf: undefined} : known;
  const symbols = stripped ? new Map() : readSymbols(files.debug!.elf, inflate);
  const globals = {sections: readSectionGlobals(go, symbols), blocks: []};
  const functionTypes = new FunctionTypeFinder(go, symbols);
  const read = {runtime: readSpans(go), threads: files.core.threads, globals, typeWords: readTypeWords(go), functionTypes};
  const untyped = await readHeap(go, read, new StringTable());
  return {
    go,
    untyped,
    source: {
      image,
      dwarf: go.dwarf,
      modules: go.modules,
      bias: image.bias,
      format: typeFormat(go),
      closureFunction: closureFunctions(go),
      functionTypes: functionTypeSource(go, functionTypes),
      warnings,
    },
    heap: {
      ...untyped,
      ...untyped.objects,
      objectCount: untyped.objects.count,
      hasPointerBits: (span) => untyped.bitmaps.has(span),
      pointerBits: (object, span, into, from) => untyped.bitmaps.read(object, span, into, from),
    },
    close: () => files.close(),
  };
}
