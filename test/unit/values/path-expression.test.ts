/** Chains of pointers to the words of a Go programmer. */
import {expect, test} from 'vitest';
import {type Holder, nameOfRoot, PathExpression, partOfHolder} from '../../../src/values/path-expression.js';
import {graphFromText} from '../../kit/graph-from-text.js';

const GRAPH = graphFromText(`
  type main.Node 24 Items@0:[]main.Node
  type main.Pair 16 A@0:*int B@8:*int
  roots: a
`);
/** An object or variable of `length` values, behind `header` bytes. */
function holder(name: string, length = 1, header = 0): Holder {
  return {type: GRAPH.types.name.indexOf(name), length, header};
}
function check(expected: string, root: string, ...pointers: [Holder, number][]): void {
  const expression = new PathExpression(GRAPH, root);
  for (const [each, offset] of pointers) expression.follow(each, offset);
  expect(String(expression)).toBe(expected);
}

test('pointers are followed silently; what no type covers is said in bytes', () => {
  check('main.p.B', 'main.p', [holder('main.Pair'), 8]);
  check('main.p.A.B', 'main.p', [holder('main.Pair'), 0], [holder('main.Pair'), 8]);
  check('main.p.A+0x18', 'main.p', [holder('main.Pair'), 0], [holder('main.Pair'), 24]);
  check('main.p+0x8', 'main.p', [holder(''), 8]);
  check('main.p.B', 'main.p', [holder('main.Pair', 1, 8), 16]);
});

test('an element behind a slice has its index, also the only one', () => {
  const node = holder('main.Node');
  check('main.tree.Items[0].Items[0].Items', 'main.tree', [node, 0], [node, 0], [node, 0]);
  check('main.tree.Items[2].Items', 'main.tree', [node, 0], [holder('main.Node', 3), 48]);
  expect(partOfHolder(GRAPH, node, 0).path).toBe('Items');
  expect(partOfHolder(GRAPH, holder('main.Node', 3), 0).path).toBe('[0].Items');
});

test('what is left out is an ellipsis', () => {
  const expression = new PathExpression(GRAPH, 'main.tree');
  expression.follow(holder('main.Node'), 0);
  expression.skip();
  expression.follow(holder('main.Node'), 0);
  expect(String(expression)).toBe('main.tree.Items….Items');
});

test('root nodes: a variable, a goroutine, what belongs to one, and what has no name', () => {
  const check = (kind: string, name: string, goroutine: number | undefined, expected: string) =>
    expect(nameOfRoot({kind, name, goroutine})).toBe(expected);
  check('global', 'main.cache', undefined, 'main.cache');
  check('goroutine', 'goroutine 7', 7, 'goroutine 7');
  check('local', 'item', 7, 'goroutine 7 item');
  check('conservative', '', 7, 'goroutine 7 conservative');
  check('finalizer', '', undefined, 'finalizer');
});
