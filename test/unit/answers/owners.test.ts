import {describe, expect, test} from 'vitest';
import {computeOwnerPackages} from '../../../src/answers/owner-packages.js';
import {BruteForce} from '../../kit/brute-force.js';
import {expectOwners, labels} from '../../kit/expect-owners.js';
import {nodeNamed} from '../../kit/graph-from-text.js';
import {randomNamedText, tellText} from '../../kit/told-heaps.js';

describe('owners equal a walk up from every object', () => {
  test('on 500 random graphs, with what they retain', async () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 500; seed++) {
      const text = randomNamedText(seed);
      const told = await tellText(text);
      const owners = expectOwners(told, `seed ${seed}:\n${text}`);
      const brute = new BruteForce(told.columns.graph);
      for (const [row, {kind}] of owners.rows.entries()) {
        kinds.add(kind);
        const own = [...owners.ownerOf.keys()].filter((node) => owners.ownerOf[node] === row);
        const topmost = own.filter((node) => !own.some((other) => other !== node && brute.dominatedBy(other).includes(node)));
        const retained = topmost.reduce((total, node) => total + told.columns.retained[node]!, 0);
        expect(owners.retained[row], `owner ${row} of ${text}`).toBe(retained);
      }
    }
    expect(kinds).toEqual(new Set(['type', 'variable', 'function']));
  });
});

test('what hangs on a struct is its, through what has no name of the program', async () => {
  const told = await tellText(`
    type main.Session 16 Name@0:string; type map<string,*main.Session> 16; type map.group[string]*main.Session 64; type uint8 1
    type bytes.Buffer 24; type main.ID 8 kind=uint64
    global main.sessions : map -> m; m : map<string,*main.Session> -> cells; cells : map.group[string]*main.Session -> k s
    s : main.Session -> n b; n : uint8 size=16; b : bytes.Buffer -> raw; raw : uint8 x64; k : uint8 size=16
    goroutine 1 -> w; local buf in 1 -> id; id : main.ID; w : uint8; garbage : main.Session
  `);
  const owners = expectOwners(told, 'sessions');
  const ownerOf = (name: string) => labels(owners)[owners.ownerOf[nodeNamed(told.columns.graph, name)]!];
  for (const name of ['s', 'n', 'b', 'raw']) expect(ownerOf(name), name).toBe('type main.Session');
  for (const name of ['m', 'cells', 'k']) expect(ownerOf(name), name).toBe('variable main.sessions');
  expect(ownerOf('id')).toBe('variable buf in ');
  expect(ownerOf('w')).toBe('function goroutine');
  expect(ownerOf('garbage')).toBeUndefined();
  const row = labels(owners).indexOf('type main.Session');
  expect(owners.rows[row]!.package).toBe('main');
  expect(computeOwnerPackages(told, owners)).toEqual([
    {package: 'main', owners: 2, objects: 7, bytes: 216, retained: 216},
    {package: '', owners: 2, objects: 2, bytes: 16, retained: 16},
  ]);
  expect([owners.ownObjects[row], owners.ownBytes[row], owners.heldObjects[row], owners.heldBytes[row]]).toEqual([1, 16, 3, 104]);
});
