/** A heap with long lists in its dominator tree: 200 nodes below one, of two types and several sizes, and 61 globals. */
export const LONG_LISTS = `
  type main.A 16 Next@0:*main.A N@8:int
  type main.B 48 Next@0:*main.B N@8:int
  global main.all -> list
  list size=1600 -> ${Array.from({length: 200}, (_, i) => `${8 * i}=n${i}`).join(' ')}
  ${Array.from({length: 200}, (_, i) => `n${i} : main.${i % 3 === 0 ? 'A' : 'B'}${i % 50 === 7 ? ` -> below${i}` : ''}`).join('\n  ')}
  ${[7, 57, 107, 157].map((i) => `below${i} : main.A`).join('\n  ')}
  ${Array.from({length: 60}, (_, i) => `global main.g${i} : *main.A -> own${i}`).join('\n  ')}
  ${Array.from({length: 60}, (_, i) => `own${i} : main.A`).join('\n  ')}
`;
