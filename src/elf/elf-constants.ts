/**
 * The numbers of the ELF64 format that goheap uses, under the names of the specification.
 * Source: System V gABI chapters 4 and 5; note types of cores: Linux include/uapi/linux/elf.h.
 */

/** 0x7f 'E' 'L' 'F' as a little-endian word. */
export const ELF_MAGIC = 0x464c457f;
export const ELFCLASS64 = 2;
export const ELFDATA2LSB = 1;

export const ET = {REL: 1, EXEC: 2, DYN: 3, CORE: 4} as const;
export const EM = {X86_64: 62, AARCH64: 183} as const;

export const PT = {LOAD: 1, DYNAMIC: 2, INTERP: 3, NOTE: 4, PHDR: 6, TLS: 7} as const;
export const PF = {X: 1, W: 2, R: 4} as const;
/** e_phnum of a file with more program headers than 16 bits can count: section 0's sh_info has the number. */
export const PN_XNUM = 0xffff;

export const SHT = {NULL: 0, PROGBITS: 1, SYMTAB: 2, STRTAB: 3, NOTE: 7, NOBITS: 8} as const;
export const SHF = {WRITE: 1, ALLOC: 2, EXECINSTR: 4, COMPRESSED: 0x800} as const;
/** e_shstrndx of a file with more sections than 16 bits can count: section 0's sh_link has the index. */
export const SHN_XINDEX = 0xffff;
export const SHN_UNDEF = 0;
export const ELFCOMPRESS = {ZLIB: 1, ZSTD: 2} as const;

/** Note types of owner `CORE`. */
export const NT = {PRSTATUS: 1, PRPSINFO: 3, AUXV: 6, FILE: 0x46494c45, SIGINFO: 0x53494749} as const;
export const NT_GNU_BUILD_ID = 3; // owner GNU
export const NT_GO_BUILD_ID = 4; // owner Go

/** Entries of the auxiliary vector. */
export const AT = {NULL: 0, PHDR: 3, PHNUM: 5, PAGESZ: 6, BASE: 7, ENTRY: 9, RANDOM: 25, EXECFN: 31} as const;
