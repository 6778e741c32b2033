/**
 * The console: any SELECT over the database. Links bring statements here and never run them: a link must not start work that its reader did not
 * ask for. Cells that name a node, a type or a goroutine are links.
 */
import {useSignal} from '@preact/signals';
import {useEffect, useMemo} from 'preact/hooks';
import {schema} from '../../../src/database/queries/schema-queries.js';
import {type AnswerCell, MOST_ROWS} from '../../protocol.js';
import {getQueries, usePromise, useQuery} from '../api.js';
import {cannedQueries} from '../canned-queries.js';
import {counted, formatCount, formatSeconds} from '../format.js';
import {useKeys} from '../keyboard.js';
import {route, setParams} from '../router.js';
import {addToHistory, historyOf} from '../sql-history.js';
import {sqlColumn} from '../sql-links.js';
import {schemaTables} from '../sql-schema.js';
import {type SqlRun, useSqlRun} from '../use-sql-run.js';
import type {TableColumn} from '../widgets/cell.js';
import {CopyButton} from '../widgets/copy-button.js';
import {toCsv} from '../widgets/csv.js';
import {DownloadButton} from '../widgets/download-button.js';
import {Empty} from '../widgets/empty.js';
import {FailureBox} from '../widgets/failure.js';
import {SchemaTree} from '../widgets/schema-tree.js';
import {Screen} from '../widgets/screen.js';
import {SqlField} from '../widgets/sql-field.js';
import {Table} from '../widgets/table.js';

const START = 'SELECT * FROM biggest LIMIT 100';

export function SqlConsole() {
  const {q} = route.value.params;
  const text = useSignal(q ?? historyOf()[0] ?? START);
  const put = (sql: string) => {
    text.value = sql;
  };
  const {run, start, cancel} = useSqlRun();
  const {rows} = useQuery(schema, {});
  const tables = useMemo(() => rows && schemaTables(rows), [rows]);
  const columns = useMemo(
    () => tables && Object.fromEntries(tables.map((table) => [table.name, table.columns.map(({name}) => name)])),
    [tables],
  );
  useEffect(() => {
    if (q !== undefined) put(q);
  }, [q]);
  const runText = () => {
    addToHistory(text.value);
    setParams({q: text.value});
    start(text.value);
  };
  useKeys({'Ctrl+Enter': runText, Escape: () => (run?.isUnderWay ? cancel() : false)});
  return (
    <Screen title="SQL" isFilled tools={<Tools put={put} />}>
      <div class="console">
        <SchemaTree tables={tables} put={(name) => put(`${text.value.trimEnd()} ${name} `)} />
        <div class="console-main">
          <SqlField text={text} schema={columns} run={runText} />
          <Controls run={run} start={runText} cancel={cancel} isFromLink={q === text.value && run === undefined} />
          <Outcome run={run} />
        </div>
      </div>
    </Screen>
  );
}

/** Menus of statements to start from. */
function Tools({put}: {readonly put: (sql: string) => void}) {
  const named = usePromise('queries', getQueries).value;
  const canned = useMemo(() => cannedQueries(named ?? []), [named]);
  const past = historyOf();
  return (
    <>
      <select
        aria-label="Queries of the screens"
        value=""
        onChange={(event) => {
          const query = canned.find(({id}) => id === event.currentTarget.value);
          if (query) put(query.sql);
          event.currentTarget.value = '';
        }}
      >
        <option value="">Queries of the screens…</option>
        {canned.map(({id, title}) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      <select
        aria-label="History"
        value=""
        disabled={past.length === 0}
        onChange={(event) => {
          const sql = past[Number(event.currentTarget.value)];
          if (sql !== undefined) put(sql);
          event.currentTarget.value = '';
        }}
      >
        <option value="">History…</option>
        {past.map((sql, index) => (
          <option key={sql} value={index}>
            {sql.replace(/\s+/g, ' ').slice(0, 100)}
          </option>
        ))}
      </select>
    </>
  );
}

interface ControlsProps {
  readonly run: SqlRun | undefined;
  readonly start: () => void;
  readonly cancel: () => void;
  readonly isFromLink: boolean;
}

function Controls({run, start, cancel, isFromLink}: ControlsProps) {
  return (
    <div class="row controls">
      <button type="button" class="primary" onClick={start} disabled={run?.isUnderWay} title="Ctrl+Enter">
        Run
      </button>
      {run?.isUnderWay && (
        <button type="button" onClick={cancel} title="Esc">
          Cancel
        </button>
      )}
      <span class="said" role="status">
        {said(run) ?? (isFromLink ? 'From a link: not run yet.' : '')}
      </span>
      <span class="muted limits">One SELECT, read-only; at most {formatCount(MOST_ROWS)} rows and 15 s</span>
      <CopyButton label="Copy link" title="A link with this statement; whoever opens it runs it by hand" text={() => location.href} />
    </div>
  );
}

const CUT = {rows: ', cut: there may be more', bytes: ', cut: the answer is too large'};

function said(run: SqlRun | undefined): string | undefined {
  if (run === undefined) return undefined;
  const {answer, failure, isUnderWay, seconds} = run;
  if (isUnderWay) return seconds < 0.2 ? '' : `Running, ${formatSeconds(seconds)}`;
  if (failure?.code === 'limit' || failure?.code === 'cancelled') return `Stopped after ${formatSeconds(seconds)}`;
  if (answer === undefined) return 'Failed';
  return `${counted(answer.rows.length, 'row')}${answer.cut ? CUT[answer.cut] : ''}, ${formatSeconds(answer.milliseconds / 1000)}`;
}

const START_HINT = 'Ctrl+Enter runs the statement. Every table of the other screens brings its own here with </> SQL.';

function Outcome({run}: {readonly run: SqlRun | undefined}) {
  const {answer, failure, sql = ''} = run ?? {};
  const columns = useMemo(() => (answer ? columnsOf(answer.columns, answer.rows, sql) : []), [answer, sql]);
  if (failure) return <FailureBox failure={failure} />;
  if (answer === undefined) return run === undefined ? <Empty>{START_HINT}</Empty> : null;
  if (answer.rows.length === 0) return <Empty>No rows.</Empty>;
  const objects = () => answer.rows.map((row) => Object.fromEntries(answer.columns.map((name, index) => [name, row[index]])));
  return (
    <div class="data-table">
      <div class="table-head">
        <h2>Rows</h2>
        <span class="said" />
        <CopyButton label="Copy CSV" text={() => toCsv(answer.columns, answer.rows)} />
        <DownloadButton label="CSV" name="goheap.csv" type="text/csv" text={() => toCsv(answer.columns, answer.rows)} />
        <DownloadButton label="JSON" name="goheap.json" type="application/json" text={() => JSON.stringify(objects(), null, 1)} />
      </div>
      <Table label="Rows" key={sql} columns={columns} rows={answer.rows} isComplete />
    </div>
  );
}

const SAMPLE_ROWS = 100;

function columnsOf(names: readonly string[], rows: readonly (readonly AnswerCell[])[], sql: string): TableColumn<readonly AnswerCell[]>[] {
  return names.map((name, index) => {
    const {kind, link} = sqlColumn(
      name,
      sql,
      rows.slice(0, SAMPLE_ROWS).map((row) => row[index] ?? null),
    );
    return {
      id: String(index),
      label: name,
      kind,
      isName: /(^|_)(type|function|name)$/.test(name),
      value: (row) => row[index] ?? null,
      href: link && ((row) => link(row[index] ?? null)),
    };
  });
}
