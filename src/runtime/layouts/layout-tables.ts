/**
 * All layout tables, by minor version of Go 1. Written by fixtures/make-layouts.js.
 */
import {GO_1_17} from './go-1-17.js';
import {GO_1_18} from './go-1-18.js';
import {GO_1_19} from './go-1-19.js';
import {GO_1_20} from './go-1-20.js';
import {GO_1_21} from './go-1-21.js';
import {GO_1_22} from './go-1-22.js';
import {GO_1_23} from './go-1-23.js';
import {GO_1_24} from './go-1-24.js';
import {GO_1_25} from './go-1-25.js';
import {GO_1_26} from './go-1-26.js';
import {GO_1_27} from './go-1-27.js';
import type {LayoutTable} from './layout-table.js';

export const LAYOUT_TABLES: ReadonlyMap<number, LayoutTable> = new Map([
  [17, GO_1_17],
  [18, GO_1_18],
  [19, GO_1_19],
  [20, GO_1_20],
  [21, GO_1_21],
  [22, GO_1_22],
  [23, GO_1_23],
  [24, GO_1_24],
  [25, GO_1_25],
  [26, GO_1_26],
  [27, GO_1_27],
]);
