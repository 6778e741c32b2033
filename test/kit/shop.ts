/**
 * A small heap whose numbers can be added up by hand: items that a cache, a log and an index hold.
 */
export const SHOP = `
  type shop.Item 64 Next@0:*shop.Item
  type shop.Cache 32 Items@0:[]*shop.Item Last@24:*shop.Item
  type shop.Server 16 Cache@0:*shop.Cache Log@8:*shop.Log
  type shop.Log 48 Last@0:*shop.Item
  global main.server : *shop.Server -> server
  global main.index : *shop.Item -> i2
  server : shop.Server -> cache log
  cache : shop.Cache -> array 24=i3
  array : *shop.Item x3 size=24 -> i1 i2 i3
  i1 : shop.Item
  i2 : shop.Item -> i4
  i3 : shop.Item
  i4 : shop.Item
  log : shop.Log -> i3
`;
