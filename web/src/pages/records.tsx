// The rows behind a number.
import { useMemo } from "preact/hooks";
import { api } from "../api/client";
import type { RecordRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { AuthResults } from "../components/auth_results";
import { ClassMark } from "../components/class_mark";
import { Empty } from "../components/empty";
import { FilterBar } from "../components/filter_bar";
import { PageHead } from "../components/page";
import { Await, ErrorNote, Panel } from "../components/panel";
import { Downloads, Pager, Table } from "../components/table";
import { Link, reporterPath, reportPath, sourcePath, Stranger } from "../components/text";
import * as format from "../format";
import { usePlace } from "../navigation";
import { narrowed, scopeOf } from "../query";
import { words } from "../words/pages";

const pageRows = 50;

export function Records() {
  const { query } = usePlace();
  const scope = useMemo(() => scopeOf(query), [query]);
  const question = api.records(scope, { limit: pageRows, cursor: query.get("cursor"), sort: query.get("sort") });
  const summary = useAnswer(api.summary(scope));
  const answer = useAnswer(question);
  const totals = summary.value?.data;
  return (
    <>
      <FilterBar meta={summary.value?.meta ?? answer.value?.meta ?? null} />
      <PageHead title={words.records.title}>
        {totals && (
          <p>
            {words.records.answer(
              <strong class="messages-total">{format.count(totals.messages)}</strong>,
              <strong>{format.count(totals.records)}</strong>,
            )}
          </p>
        )}
      </PageHead>
      {summary.error && !answer.error && <ErrorNote error={summary.error} again={summary.again} />}
      <Panel actions={<Downloads of={question} />}>
        <Await of={answer}>
          {(value) =>
            value.meta.total === 0 ? (
              <Empty />
            ) : (
              <>
                <RecordsTable rows={value.data} scope={scope} />
                <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
              </>
            )
          }
        </Await>
      </Panel>
    </>
  );
}

function RecordsTable({ rows, scope }: { rows: RecordRow[]; scope: URLSearchParams }) {
  const carried = narrowed(narrowed(scope, "ip"), "class");
  return (
    <Table
      caption={words.records.title}
      rows={rows}
      columns={[
        {
          key: "day",
          title: words.columns.day,
          cell: (row) => (
            <Link to={reportPath(row.report)} class="nowrap">
              {format.shortDay(row.day)}
            </Link>
          ),
        },
        {
          key: "ip",
          title: words.columns.source,
          head: true,
          cell: (row) =>
            row.ip === null ? (
              <Stranger text={row.raw?.source_ip ?? null} />
            ) : (
              <Link to={sourcePath(row.ip)} query={carried}>
                {row.ip}
              </Link>
            ),
        },
        { key: "messages", title: words.columns.messages, number: true, cell: (row) => <Link to={reportPath(row.report)}>{format.count(row.messages)}</Link> },
        { key: "class", title: words.columns.class, cell: (row) => <ClassMark name={row.class} /> },
        { key: "disposition", title: words.columns.disposition, cell: (row) => words.dispositions[row.disposition] },
        { key: "header_from", title: words.columns.header_from, cell: (row) => <Stranger text={row.header_from} /> },
        { key: "auth", title: words.columns.auth, cell: (row) => <AuthResults dkim={row.dkim_results} spf={row.spf_results} /> },
        {
          key: "reporter",
          title: words.columns.reporter,
          cell: (row) => (
            <Link to={reporterPath(row.reporter)} query={narrowed(narrowed(scope, "reporter"), "class")}>
              <Stranger text={row.reporter} />
            </Link>
          ),
        },
      ]}
    />
  );
}
