// Who reports, how regularly, and what it saw.
import { api } from "../api/client";
import type { ReporterRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { daysIn } from "../days";
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
                { key: "per_day", title: words.reporters.per_day, number: true, cell: (row) => row.reports_per_day !== null && format.average(row.reports_per_day) },
                { key: "hour", title: words.reporters.usual_hour, cell: (row) => row.usual_send_hour !== null && <span class="nowrap">{words.reporters.around(hourText(row.usual_send_hour))}</span> },
                { key: "domains", title: words.columns.domains, sort: "domains", number: true, cell: (row) => <Link to="" query={narrowed(scope, "reporter", row.reporter)}>{format.count(row.domains)}</Link> },
                { key: "last", title: words.columns.last_report, sort: "last_seen", cell: (row) => <LastReport row={row} /> },
                {
                  key: "notes",
                  title: words.reporters.quirks,
                  number: true,
                  cell: (row) =>
                    row.notes.length > 0 && (
                      <Link to={reporterPath(row.reporter)} query={carried}>
                        {format.count(row.notes.length)}
                      </Link>
                    ),
                },
              ]}
            />
            <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
          </>
        )}
      </Await>
    </Panel>
  );
}

/** "09:00", as clocks show it everywhere. */
export const hourText = (hour: number): string => String(hour).padStart(2, "0") + ":00";

/** How many days usually lie between its reports; null where there are too few to call anything usual. */
export const usualGap = (row: ReporterRow): number | null =>
  row.reports_per_day === null ? null : daysIn(row.first_seen, row.last_seen) / row.days_with_reports;

function LastReport({ row }: { row: ReporterRow }) {
  return (
    <span>
      <span class="nowrap">{format.shortDay(row.last_seen)}</span>{" "}
      {row.silent_days > 1 && <span class="faint">{words.reporters.silent_for(row.silent_days, usualGap(row))}</span>}
    </span>
  );
}
