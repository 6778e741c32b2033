/**
 * The field for a statement: a plain text area, until the editor with completion is loaded.
 */
import {useEffect, useRef, useState} from 'preact/hooks';
import type {SqlEditor} from './sql-editor.js';

export interface SqlFieldProps {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly schema: Readonly<Record<string, readonly string[]>> | undefined;
  readonly run: () => void;
}

export function SqlField({text, setText, schema, run}: SqlFieldProps) {
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<SqlEditor | undefined>(undefined);
  const latest = useRef({text, setText, run});
  latest.current = {text, setText, run};
  useEffect(() => {
    if (schema === undefined) return;
    let created: SqlEditor | undefined;
    let isGone = false;
    import('./sql-editor.js').then(
      ({createSqlEditor}) => {
        if (isGone) return;
        const onChange = (next: string) => latest.current.setText(next);
        created = createSqlEditor(host.current!, {text: latest.current.text, schema, onChange, run: () => latest.current.run()});
        setEditor(created);
      },
      () => undefined, // the text area stays
    );
    return () => {
      isGone = true;
      created?.destroy();
    };
  }, [schema]);
  useEffect(() => editor?.setText(text), [text, editor]);
  return (
    <div class="sql-field">
      {editor === undefined && (
        <textarea
          aria-label="SQL statement"
          spellcheck={false}
          placeholder="SELECT …"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            run();
          }}
        />
      )}
      <div ref={host} class="sql-editor" hidden={editor === undefined} />
    </div>
  );
}
