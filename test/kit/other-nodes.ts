/**
 * Node's majors for tests that run goheap as other machines do: each of an exact version, from the npm registry, verified against the
 * integrity written here (of 24 in bin/setup.js), and kept below the temporary directory. Needs the registry, or npm's cache: for the slow tiers only.
 */
import {mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {bringNode, hasNode, type NodePin} from '../../bin/bring-node.js';
import {PINNED_NODE} from '../../bin/setup.js';

export const NODES = {
  20: {
    version: '20.20.2',
    integrity: {
      x64: 'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
      arm64: 'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
    },
  },
  22: {
    version: '22.23.5',
    integrity: {
      x64: 'sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==',
      arm64: 'sha512-e1LOUGKVruPGuLVutn8+Cgm5pI1APm4Kvh+zbb/qe/ZpD9s+TQby5iUgZOWmPpbSKpj0Td8DP1N0NEnXasHizg==',
    },
  },
  24: PINNED_NODE,
  26: {
    version: '26.12.1',
    integrity: {
      x64: 'sha512-jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==',
      arm64: 'sha512-8Oxs6Y7rDcKufVIM/zYRSwytj46WOrZk7yFCLTKDcs17bBjAeD9HMAqo97hMfMyxozIud0S4vZCs5WB/3iavNQ==',
    },
  },
} as const satisfies Record<number, NodePin>;

export type NodeMajor = keyof typeof NODES;

/** A folder with `node` of this major in it, to put on a PATH; npm is not in it. Takes some seconds the first time. */
export function nodeFolder(major: NodeMajor): string {
  const pin = NODES[major];
  const cache = join(tmpdir(), 'goheap-nodes');
  const folder = join(cache, pin.version);
  if (!hasNode(pin, folder)) {
    mkdirSync(cache, {recursive: true});
    const unfinished = mkdtempSync(join(cache, `.${pin.version}-`));
    try {
      bringNode(pin, unfinished);
      rmSync(folder, {recursive: true, force: true}); // one that an interrupted rename or an older pin left
      renameSync(unfinished, folder);
    } catch (error) {
      rmSync(unfinished, {recursive: true, force: true});
      if (!hasNode(pin, folder)) throw error; // else another worker was faster
    }
  }
  return bringNode(pin, folder);
}
