/**
 * What is wrong with how a page looks, found in the page itself: text that is cut and cannot be read by any means, and text that is too faint. axe-core knows
 * nothing of the first, and leaves the second open wherever something is partly covered.
 */
import type {Page} from 'playwright-core';

/**
 * Texts of which a part is not seen, cannot be scrolled into view, and is no title of what it stands in either, when it is pointed at. In tables whose rows are two lines the
 * selected row alone counts: selecting another shows that one in full.
 */
export function unreadableTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    ${EACH_TEXT}
    const found = new Set();
    for (const text of eachText('.sr-only, .skip, .rows.stacked tr:not([aria-selected=true])')) {
      const range = document.createRange();
      range.selectNodeContents(text);
      let {left, right, top, bottom, width} = range.getBoundingClientRect();
      text.parentElement.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
      if (width === 0 || eachAround(text).some(({title}) => title !== '')) continue;
      for (const around of eachAround(text)) {
        const {overflowX, overflowY, display} = getComputedStyle(around);
        if (display === 'inline') continue;
        const edge = around.getBoundingClientRect();
        const isCut = (overflow, start, end, first, last) => /hidden|clip/.test(overflow) && (start < first - 1 || end > last + 1);
        if (isCut(overflowX, left, right, edge.left, edge.right) || isCut(overflowY, top, bottom, edge.top, edge.bottom))
          found.add(text.data.trim().slice(0, 60) + ' in ' + around.tagName.toLowerCase() + '.' + around.className);
        if (/auto|scroll/.test(overflowX)) [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        if (/auto|scroll/.test(overflowY)) [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
      }
    }
    if (document.documentElement.scrollWidth > innerWidth) found.add('the page is wider than the window');
    return [...found];
  })()`);
}

/** Texts whose contrast with what is behind them is less than 4.5:1 (WCAG 2.2, 1.4.3), whatever stripe of a pattern that is. */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    ${EACH_TEXT}
    const coloursIn = (css) => [...css.matchAll(/rgba?\\(([^)]*)\\)/g)].map(([, parts]) => parts.split(/[ ,/]+/).map(Number));
    const over = ([r, g, b, alpha = 1], under) => [r, g, b].map((part, at) => part * alpha + under[at] * (1 - alpha));
    const luminance = (colour) => {
      const [r, g, b] = colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const grounds = new Map();
    const groundsOf = (element) => {
      if (element === null) return [[255, 255, 255]];
      if (!grounds.has(element)) {
        const {backgroundColor, backgroundImage} = getComputedStyle(element);
        const [colour] = coloursIn(backgroundColor);
        const plain = colour[3] === undefined ? [colour] : groundsOf(element.parentElement).map((under) => over(colour, under));
        const stripes = coloursIn(backgroundImage).flatMap((stripe) => plain.map((under) => over(stripe, under)));
        grounds.set(element, [...plain, ...stripes]);
      }
      return grounds.get(element);
    };
    const found = new Set();
    for (const text of eachText('.sr-only')) {
      const element = text.parentElement;
      const opacity = eachAround(text).reduce((product, around) => product * Number(getComputedStyle(around).opacity), 1);
      if (opacity === 0) continue; // shown when it is pointed at
      const [[r, g, b, alpha = 1]] = coloursIn(getComputedStyle(element).color);
      for (const ground of groundsOf(element)) {
        const [dark, light] = [luminance(over([r, g, b, alpha * opacity], ground)), luminance(ground)].sort((a, b) => a - b);
        const contrast = (light + 0.05) / (dark + 0.05);
        if (contrast < 4.5) found.add(contrast.toFixed(2) + ' ' + element.tagName.toLowerCase() + '.' + element.className + ': ' + text.data.trim().slice(0, 40));
      }
    }
    return [...found];
  })()`);
}

/** Texts of the page that are seen, but within what fits `except`; and the elements around one. */
const EACH_TEXT = `
  const eachText = (except) => {
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const element = text.parentElement;
      if (text.data.trim() !== '' && !element.closest(except) && element.checkVisibility({visibilityProperty: true})) texts.push(text);
    }
    return texts;
  };
  const eachAround = (text) => {
    const around = [];
    for (let each = text.parentElement; each !== document.documentElement; each = each.parentElement) around.push(each);
    return around;
  };`;
