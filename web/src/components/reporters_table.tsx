// Who reports, how regularly, and what it saw.
import { api } from "../api/client";
import type { ReporterRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import * as format from "../format";
import { usePlace } from "../navigation";
import { narrowed } from "../query";
import { words } from "../words/pages";
import { Await, Panel } from "./panel";
import { classColumns } from "./rates";
import { Downloads, Pager, Table } from "./table";
import { Link, reporterPath, Stranger } from "./text";

export function ReportersTable({ scope }: { scope: URLSearchParams }) {
  const { query } = usePlace();
  const question = api.reporters(scope, { limit: 100, cursor: query.get("cursor"), sort: query.get("sort") });
  const answer = useAnswer(question);
  const carried = narrowed(scope, "reporter");
  return (
    <Panel title={words.reporters.title} actions={<Downloads of={question} />}>
      <Await of={answer}>
        {(value) => (
          <>
            <Table
              caption={words.reporters.title}
              rows={value.data}
              defaultSort="-messages"
              columns={[
                {
                  key: "reporter",
                  title: words.columns.reporter,
                  sort: "reporter",
                  head: true,
                  cell: (row) => (
                    <Link to={reporterPath(row.reporter)} query={carried}>
                      <Stranger text={row.reporter} />
                    </Link>
                  ),
                },
                ...classColumns<ReporterRow>((row) => narrowed(scope, "reporter", row.reporter)),
                {
                  key: "reports",
                  title: words.columns.reports,
                  sort: "reports",
                  number: true,
                  cell: (row) => (
                    <Link to="reports" query={narrowed(scope, "reporter", row.reporter)}>
                      {format.count(row.reports)}
                    </Link>
                  ),
                },
                { key: "days", title: words.reporters.days, sort: "days_with_reports", number: true, cell: (row) => <Link to="reports" query={narrowed(scope, "reporter", row.reporter)}>{format.count(row.days_with_reports)}</Link> },
                { key: "domains", title: words.columns.domains, sort: "domains", number: true, cell: (row) => <Link to="" query={narrowed(scope, "reporter", row.reporter)}>{format.count(row.domains)}</Link> },
                { key: "last", title: words.columns.last_report, sort: "last_seen", cell: (row) => <LastReport row={row} /> },
              ]}
            />
            <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
          </>
        )}
      </Await>
    </Panel>
  );
}

function LastReport({ row }: { row: ReporterRow }) {
  return (
    <span>
      <span class="nowrap">{format.shortDay(row.last_seen)}</span>{" "}
      {row.silent_days > 1 && <span class="faint nowrap">{words.reporters.silent_for(row.silent_days)}</span>}
    </span>
  );
}
