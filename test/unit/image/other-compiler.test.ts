/** Programs of other compilers of Go, by what their linkers leave. */
import {expect, test} from 'vitest';
import type {Section} from '../../../src/elf/elf-file.js';
import {findOtherCompiler, type NamedSections} from '../../../src/image/other-compiler.js';

function program(sections: Readonly<Record<string, string>>): NamedSections {
  const elf = {sections: Object.keys(sections).map((name) => ({name}) as Section)};
  return {elf, section: (name) => (name in sections ? Buffer.from(sections[name]!) : undefined)};
}

test.each([
  [{'.strtab': '\u0000main\u0000tinygo_startTask\u0000'}, 'TinyGo'],
  [{'.dynstr': '\u0000libgo.so.21\u0000libc.so.6\u0000'}, 'gccgo'],
  [{'.go_export': 'v3;'}, 'gccgo'],
  [{'.strtab': '\u0000__go_init_main\u0000'}, 'gccgo'],
  [{'.strtab': '\u0000main.main\u0000', '.gopclntab': ''}, undefined],
  // A program of the go command that uses a library of gccgo's is one all the same.
  [{'.dynstr': '\u0000libgo.so.21\u0000', '.data.rel.ro.gopclntab': ''}, undefined],
  [{'.strtab': '\u0000main\u0000'}, undefined],
])('%j', (sections, compiler) => {
  expect(findOtherCompiler(program(sections))).toBe(compiler);
});
