/**
 * CodeMirror for SQL, loaded with the console alone. It lives in a shadow root: there it may add style sheets by script, which the page's content
 * security policy does not allow as <style> elements. Its colours are the page's variables.
 */
import {autocompletion, closeCompletion, completionKeymap} from '@codemirror/autocomplete';
import {defaultKeymap, history, historyKeymap, insertNewline} from '@codemirror/commands';
import {SQLDialect, SQLite, sql} from '@codemirror/lang-sql';
import {bracketMatching, defaultHighlightStyle, HighlightStyle, syntaxHighlighting} from '@codemirror/language';
import {EditorState} from '@codemirror/state';
import {drawSelection, EditorView, keymap, lineNumbers, placeholder} from '@codemirror/view';

export interface SqlEditor {
  /** Nothing happens where it is there already. */
  setText(text: string): void;
  /** With what is selected from and to these characters. */
  focus(from: number, to: number): void;
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

/** The dialect's built-in words are the commands of SQLite's shell, which are no SQL: whoever took one of them would get an error. */
const dialect = SQLDialect.define({...SQLite.spec, builtin: ''});

/** Typing over a selection: the browser's own way to join its lines writes style attributes, which the page's policy refuses. */
const typingOver = EditorView.domEventHandlers({
  beforeinput: ({inputType, data}, view) => {
    if (inputType !== 'insertText' || data === null || view.composing || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(data), {userEvent: 'input.type', scrollIntoView: true});
    return true;
  },
});

export function createSqlEditor(host: HTMLElement, {text, schema, onChange, run}: SqlEditorOptions): SqlEditor {
  const root = host.shadowRoot ?? host.attachShadow({mode: 'open'});
  const runStatement = (view: EditorView) => {
    closeCompletion(view); // it would cover the rows
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
        // Nothing is chosen before an arrow chooses it: else Enter behind a word would not begin a line, but finish another word.
        autocompletion({icons: false, selectOnOpen: false, interactionDelay: 0}),
        syntaxHighlighting(highlighting),
        sql({dialect, schema, upperCaseKeywords: true}),
        placeholder('SELECT …'),
        theme,
        typingOver,
        // Tab leaves the editor, as everywhere on the page: it is no trap for the keyboard.
        keymap.of([
          {key: 'Mod-Enter', run: runStatement, preventDefault: true},
          ...completionKeymap,
          {key: 'Enter', run: insertNewline}, // and no spaces that nobody typed
          ...defaultKeymap,
          ...historyKeymap,
        ]),
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
    focus: (from, to) => {
      view.dispatch({selection: {anchor: from, head: to}});
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
