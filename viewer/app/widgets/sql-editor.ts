/**
 * CodeMirror for SQL, loaded with the console alone. It lives in a shadow root: there it may add style sheets by script, which the page's content
 * security policy does not allow as <style> elements. Its colours are the page's variables.
 */
import {autocompletion, completionKeymap} from '@codemirror/autocomplete';
import {defaultKeymap, history, historyKeymap} from '@codemirror/commands';
import {SQLite, sql} from '@codemirror/lang-sql';
import {bracketMatching, defaultHighlightStyle, HighlightStyle, syntaxHighlighting} from '@codemirror/language';
import {EditorState} from '@codemirror/state';
import {drawSelection, EditorView, keymap, lineNumbers, placeholder} from '@codemirror/view';

export interface SqlEditor {
  setText(text: string): void;
  focus(): void;
  destroy(): void;
}

export interface SqlEditorOptions {
  readonly text: string;
  /** Columns by table, for completion. */
  readonly schema: Readonly<Record<string, readonly string[]>>;
  readonly onChange: (text: string) => void;
  readonly run: () => void;
}

/** The colours of CodeMirror's own style, which are for light ground, and what stands for them here. */
const COLORS: Readonly<Record<string, string>> = {
  '#708': 'var(--link)',
  '#a11': 'var(--sql-text)',
  '#e40': 'var(--sql-text)',
  '#164': 'var(--sql-number)',
  '#219': 'var(--sql-number)',
  '#940': 'var(--muted)',
};
const highlighting = HighlightStyle.define(
  defaultHighlightStyle.specs.map((spec) => ({...spec, ...(spec.color ? {color: COLORS[String(spec.color)] ?? 'inherit'} : {})})),
);

const theme = EditorView.theme({
  '&': {color: 'var(--text)', backgroundColor: 'var(--raised)', height: '100%', fontSize: '13px'},
  '&.cm-focused': {outline: 'none'},
  '.cm-scroller': {fontFamily: 'var(--mono)', lineHeight: '20px'},
  '.cm-content': {caretColor: 'var(--text)'},
  '.cm-cursor': {borderLeftColor: 'var(--text)'},
  '.cm-placeholder': {color: 'var(--muted)'},
  '.cm-gutters': {backgroundColor: 'var(--surface)', color: 'var(--muted)', border: 'none'},
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {backgroundColor: 'var(--selected)'},
  '&.cm-focused .cm-matchingBracket': {backgroundColor: 'var(--shade)'},
  '.cm-tooltip': {backgroundColor: 'var(--raised)', border: '1px solid var(--line)', boxShadow: 'var(--shadow)'},
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {backgroundColor: 'var(--selected)', color: 'var(--text)'},
});

export function createSqlEditor(host: HTMLElement, {text, schema, onChange, run}: SqlEditorOptions): SqlEditor {
  const root = host.shadowRoot ?? host.attachShadow({mode: 'open'});
  const runStatement = () => {
    run();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        autocompletion(),
        syntaxHighlighting(highlighting),
        sql({dialect: SQLite, schema, upperCaseKeywords: true}),
        placeholder('SELECT …'),
        theme,
        // Tab leaves the editor, as everywhere on the page: it is no trap for the keyboard.
        keymap.of([{key: 'Mod-Enter', run: runStatement, preventDefault: true}, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({'aria-label': 'SQL statement', spellcheck: 'false'}),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText: (next) => {
      if (next !== view.state.doc.toString()) view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: next}});
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
