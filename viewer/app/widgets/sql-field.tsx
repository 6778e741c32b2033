/**
 * The field for a statement: a plain text area, until the editor with completion is loaded. The text is a signal, which both write at once with each
 * key and follow at once when somebody else writes: what is drawn later could be a key behind and must never be written back.
 */
import {effect, type Signal} from '@preact/signals';
import {useEffect, useRef, useState} from 'preact/hooks';
import type {SqlEditor} from './sql-editor.js';

export interface SqlFieldProps {
  readonly text: Signal<string>;
  readonly schema: Readonly<Record<string, readonly string[]>> | undefined;
  readonly run: () => void;
}

export function SqlField({text, schema, run}: SqlFieldProps) {
  const host = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const [hasEditor, setHasEditor] = useState(false);
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    if (schema === undefined) return;
    let editor: SqlEditor | undefined;
    let unfollow = () => {};
    let isGone = false;
    import('./sql-editor.js').then(
      ({createSqlEditor}) => {
        if (isGone) return;
        const onChange = (next: string) => {
          text.value = next;
        };
        editor = createSqlEditor(host.current!, {text: text.value, schema, onChange, run: () => latest.current()});
        unfollow = effect(() => editor!.setText(text.value));
        if (area.current !== null) succeed(area.current, host.current!, editor);
        setHasEditor(true);
      },
      () => undefined, // the text area stays
    );
    return () => {
      isGone = true;
      unfollow();
      editor?.destroy();
    };
  }, [schema, text]);
  return (
    <div class="sql-field">
      {!hasEditor && (
        <textarea
          ref={area}
          aria-label="SQL statement"
          spellcheck={false}
          placeholder="SELECT …"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            run();
          }}
        />
      )}
      <div ref={host} class="sql-editor" hidden={!hasEditor} />
    </div>
  );
}

/** Whoever is typing types on: the next key must not find the focus nowhere. */
function succeed(area: HTMLTextAreaElement, host: HTMLElement, editor: SqlEditor): void {
  host.hidden = false;
  if (document.activeElement === area) editor.focus(area.selectionStart, area.selectionEnd);
}
