/** Types without a package of their own count with what is in them. */
import {expect, test} from 'vitest';
import {computeContentPackages} from '../../../src/analyses/content-packages.js';
import {graphFromText} from '../../kit/graph-from-text.js';

const {types: read} = graphFromText(`
  type example.com/shop/store.Item 32 Next@0:*example.com/shop/store.Item Name@8:string
  type vendor/golang.org/x/net/idna.Profile 8
  type []*example.com/shop/store.Item 24; type [4]example.com/shop/store.Item 128; type []uint8 24
  type slot 24 key@0:string elem@16:*example.com/shop/store.Item
  type map.group[string]*example.com/shop/store.Item 200 ctrl@0:uint64 slots@8:[8]slot
  type map<string,*example.com/shop/store.Item> 48 dirPtr@16:unsafe.Pointer
  type map<example.com/shop/store.Item,[]uint8> 48 dirPtr@16:unsafe.Pointer
  type hchan<vendor/golang.org/x/net/idna.Profile> 96 buf@16:unsafe.Pointer
  type closure:example.com/shop/web.(*Server).run.func1 16 F@0:uintptr
  type map<string,int> 48 dirPtr@16:unsafe.Pointer
`);
const types = {...read, name: read.name.map((name) => name.replace(/^closure:/, 'closure '))}; // the text of a graph has no names with spaces

test.each([
  ['example.com/shop/store.Item', 'example.com/shop/store'],
  ['[]*example.com/shop/store.Item', 'example.com/shop/store'],
  ['[4]example.com/shop/store.Item', 'example.com/shop/store'],
  ['map.group[string]*example.com/shop/store.Item', 'example.com/shop/store'],
  ['map<string,*example.com/shop/store.Item>', 'example.com/shop/store'],
  ['map<example.com/shop/store.Item,[]uint8>', 'example.com/shop/store'],
  ['hchan<vendor/golang.org/x/net/idna.Profile>', 'golang.org/x/net/idna'],
  ['closure example.com/shop/web.(*Server).run.func1', 'example.com/shop/web'],
  ['[]uint8', ''],
  ['map<string,int>', ''],
])('%s', (name, expected) => {
  expect(computeContentPackages(types)[types.name.indexOf(name)]).toBe(expected);
});
