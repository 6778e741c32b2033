/**
 * How a report looks: on screens of any width, light and dark, and on paper. Colours have a contrast of 4.5 and more.
 */

export const REPORT_STYLE = `
:root { --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #ffffff; --raised: #f6f8fa; --bar: #54aeff; --bad: #b42318; --link: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --soft: #9aa4b0; --line: #3a424c; --paper: #0d1117; --raised: #161b22; --bar: #1f6feb; --bad: #ff8f85; --link: #79b8ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 80rem; color: var(--text); background: var(--paper); font: 0.95rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 2.5rem 0 0.5rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--line); font-size: 1.2rem; }
h3 { margin: 1rem 0 0.25rem; font-size: 1rem; }
header p { margin: 0.25rem 0; font-size: 1.05rem; }
p { margin: 0.5rem 0; }
a { color: var(--link); }
code, pre, summary, td { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.85rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 1rem 0 0; padding: 0; list-style: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1.5rem; margin: 0.5rem 0; }
dt { grid-column: 1; color: var(--soft); }
dd { grid-column: 2; margin: 0; }
article { margin: 0.75rem 0; padding: 0.5rem 1rem; border: 1px solid var(--line); border-left: 4px solid var(--soft); background: var(--raised); }
article.problem { border-left-color: var(--bad); }
article.problem h3 { color: var(--bad); }
article p { margin: 0.25rem 0; }
.table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th { padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); color: var(--soft); font-weight: 600; text-align: left; white-space: nowrap; }
td { padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; min-width: 3rem; }
td:not(.number) { min-width: 10rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.bar { display: block; height: 3px; min-width: 1px; margin-left: auto; background: var(--bar); }
.below { display: block; color: var(--soft); }
details { margin: 0.5rem 0; padding: 0.25rem 0.75rem; border: 1px solid var(--line); }
summary { cursor: pointer; }
pre { margin: 0.5rem 0; overflow-x: auto; white-space: pre; }
@media (max-width: 40rem) { body { padding: 0.75rem; } dl { grid-template-columns: 1fr; } dt, dd { grid-column: 1; } dd { margin-bottom: 0.4rem; } }
@media print {
  body { max-width: none; padding: 0; font-size: 9pt; color: #000; background: #fff; }
  nav { display: none; }
  article, tr, dl { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  pre { white-space: pre-wrap; }
  .table { overflow: visible; }
}
`;
