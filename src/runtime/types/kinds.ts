/**
 * The numbers of reflect.Kind, in the lower five bits of a runtime type's kind byte (internal/abi/type.go); only those that code asks for.
 */
export const KIND = {
  unknown: 0,
  bool: 1,
  int: 2,
  uint8: 8,
  uintptr: 12,
  complex128: 16,
  array: 17,
  chan: 18,
  func: 19,
  interface: 20,
  map: 21,
  pointer: 22,
  slice: 23,
  string: 24,
  struct: 25,
  unsafePointer: 26,
} as const;
