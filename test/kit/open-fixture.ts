/**
 * A recorded core opened as far as the runtime stage: what tests of `runtime` and `heap` start from.
 */
import {WarningLog} from '../../src/base/warnings.js';
import {openDwarf} from '../../src/dwarf/dwarf.js';
import {createMemoryImage} from '../../src/image/memory-image.js';
import {type DumpFiles, openDump} from '../../src/image/open-dump.js';
import {type GoRuntime, readGoRuntime} from '../../src/runtime/go-runtime.js';
import {namesFromDwarf} from '../../src/runtime/runtime-names.js';
import {type Fixture, unpackFixture} from './fixtures.js';

export interface OpenFixture {
  readonly fixture: Fixture;
  readonly files: DumpFiles;
  readonly go: GoRuntime;
  readonly warnings: WarningLog;
}

export function openFixture(name: string): OpenFixture {
  return openMadeCore(unpackFixture(name));
}

/** Of any core of a program with DWARF. */
export function openMadeCore(fixture: Fixture): OpenFixture {
  const warnings = new WarningLog();
  const files = openDump(fixture.core, {executable: fixture.executable}, warnings);
  const dwarf = openDwarf((section) => files.debug!.section(section), warnings);
  if (!dwarf) throw new Error(`${fixture.name} has no DWARF`);
  const image = createMemoryImage(files.core, files.executable, warnings);
  return {fixture, files, warnings, go: readGoRuntime(image, namesFromDwarf(dwarf, image.bias), dwarf, warnings, fixture.executable)};
}
