// Reports, newest first, in pages.
import { api } from "../api/client";
import type { ReportRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import * as format from "../format";
import { usePlace } from "../navigation";
import { narrowed } from "../query";
import { words } from "../words/pages";
import { Await, Panel } from "./panel";
import { classColumns } from "./rates";
import { Downloads, Pager, Table } from "./table";
import { Link, reporterPath, reportPath, Stranger } from "./text";

const pageRows = 50;

export function ReportsTable({ scope }: { scope: URLSearchParams }) {
  const { query } = usePlace();
  const question = api.reports(scope, { limit: pageRows, cursor: query.get("cursor"), sort: query.get("sort") });
  const answer = useAnswer(question);
  const filters = new URLSearchParams(scope);
  return (
    <Panel title={words.reports.title} actions={<Downloads of={question} />}>
      <Await of={answer}>
        {(value) => (
          <>
            <Table
              caption={words.reports.title}
              rows={value.data}
              defaultSort="-day"
              columns={[
                {
                  key: "report",
                  title: words.columns.report,
                  sort: "day",
                  head: true,
                  cell: (row) => (
                    <Link to={reportPath(row.id)}>
                      {format.day(row.day)} · <Stranger text={row.domain} />
                    </Link>
                  ),
                },
                {
                  key: "reporter",
                  title: words.columns.reporter,
                  cell: (row) => (
                    <Link to={reporterPath(row.reporter)} query={narrowed(filters, "reporter")}>
                      <Stranger text={row.reporter} />
                    </Link>
                  ),
                },
                ...classColumns<ReportRow>((row) => reportScope(row.id)),
                { key: "records", title: words.columns.records, sort: "records", number: true, cell: (row) => <Link to="records" query={reportScope(row.id)}>{format.count(row.records)}</Link> },
                { key: "notes", title: words.columns.notes, number: true, cell: (row) => row.notes.length > 0 && <Link to={reportPath(row.id)}>{format.count(row.notes.length)}</Link> },
                { key: "seen", title: words.reports.seen, number: true, cell: (row) => <Link to={reportPath(row.id)}>{words.reports.times(row.sightings)}</Link> },
              ]}
            />
            <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
          </>
        )}
      </Await>
    </Panel>
  );
}

/** What leads to the records of one report. */
export const reportScope = (id: number): URLSearchParams => new URLSearchParams({ range: "all", report: String(id) });
