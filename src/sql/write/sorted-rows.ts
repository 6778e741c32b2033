/**
 * Batches in key order → a table's finished pages: for the tables with a row per object or pointer, and their indexes.
 */
import type {Batch} from '../../base/column-batch.js';
import type {PageFile} from './page-file.js';
import {PageTree} from './page-tree.js';
import {RowEncoder, type TableLayout} from './row-encoder.js';

export class SortedRows {
  readonly #tree: PageTree;
  readonly #encoder: RowEncoder;

  constructor(file: PageFile, layout: TableLayout) {
    this.#tree = new PageTree(file, layout.root, layout.withoutRowid ? 'index' : 'table');
    this.#encoder = new RowEncoder(layout, file.pageSize, this.#tree.longestRow);
  }

  add(batch: Batch): void {
    this.#encoder.encode(batch, (cells, lastKey) => this.#tree.addLeaf(cells, lastKey));
  }

  finish(): void {
    this.#tree.finish(this.#encoder.takeCells());
  }
}
