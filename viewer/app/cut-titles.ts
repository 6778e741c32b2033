/**
 * What does not fit into the cell of a table is the cell's title while it is pointed at. Touch has no titles: there rows are two lines, and the selected one is shown
 * in full.
 */

export function startCutTitles(): void {
  addEventListener('mouseover', ({target}) => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('.rows td') : null;
    if (cell === null) return;
    const isCut = [cell, ...cell.querySelectorAll('.branch-text, .named > *')].some((each) => each.scrollWidth > each.clientWidth);
    if (isCut) cell.title = cell.textContent;
    else cell.removeAttribute('title'); // cells are used again for other rows
  });
}
