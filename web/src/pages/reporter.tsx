// What one reporter saw, and how it reports.
import { useMemo } from "preact/hooks";
import { api } from "../api/client";
import type { ReporterRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { BreakdownTable } from "../components/breakdown_table";
import { ChartPanel } from "../components/chart_panel";
import { ClassTiles, RateSentence } from "../components/class_totals";
import { Empty } from "../components/empty";
import { FilterBar } from "../components/filter_bar";
import { PageHead } from "../components/page";
import { ErrorNote, Panel } from "../components/panel";
import { hourText, usualGap } from "../components/reporters_table";
import { ReportsTable } from "../components/reports_table";
import { Link, Stranger } from "../components/text";
import * as format from "../format";
import { usePlace } from "../navigation";
import { narrowed, scopeOf, withFilter } from "../query";
import type { PageProps } from "../routes";
import { words } from "../words/pages";

export function Reporter({ name }: PageProps) {
  const { query } = usePlace();
  const scope = useMemo(() => narrowed(scopeOf(query), "reporter", name), [query, name]);
  const summary = useAnswer(api.summary(scope));
  const about = useAnswer(api.reporters(scope, { limit: 1 }));
  const row = about.value?.data[0];
  return (
    <>
      <FilterBar meta={summary.value?.meta ?? null} fixed="reporter" />
      <PageHead title={name} shownTitle={<Stranger text={name} />}>
        {summary.value && <RateSentence answer={summary.value} scope={scope} />}
      </PageHead>
      {summary.error && <ErrorNote error={summary.error} again={summary.again} />}
      {summary.value?.data.reports === 0 && <Empty />}
      {summary.value && summary.value.data.reports > 0 && (
        <>
          <ClassTiles answer={summary.value} scope={scope} />
          <ChartPanel meta={summary.value.meta} scope={scope} fixed="reporter" />
          {row && <About row={row} scope={scope} leaveOut={withFilter(narrowed(scope, "reporter"), { field: "reporter", value: name, negated: true })} />}
          <BreakdownTable title={words.columns.domains} by="domain" scope={scope} top={10} link="domain" />
          <ReportsTable scope={scope} />
        </>
      )}
    </>
  );
}

interface AboutProps {
  row: ReporterRow;
  scope: URLSearchParams;
  leaveOut: URLSearchParams;
}
function About({ row, scope, leaveOut }: AboutProps) {
  return (
    <Panel
      title={words.reporters.title}
      actions={
        <Link to="" query={leaveOut}>
          {words.reporters.leave_out}
        </Link>
      }
    >
      <dl class="facts">
        <dt>{words.reporters.emails}</dt>
        <dd>
          {row.emails.map((email) => (
            <div key={email}>
              <Stranger text={email} />
            </div>
          ))}
        </dd>
        <dt>{words.columns.reports}</dt>
        <dd>
          <Link to="reports" query={scope}>
            {words.reporters.on_days(format.count(row.reports), format.count(row.days_with_reports))}
          </Link>
        </dd>
        {row.reports_per_day !== null && (
          <>
            <dt>{words.reporters.per_day}</dt>
            <dd>{format.average(row.reports_per_day)}</dd>
          </>
        )}
        {row.usual_send_hour !== null && (
          <>
            <dt>{words.reporters.usual_hour}</dt>
            <dd>
              {words.reporters.around(hourText(row.usual_send_hour))} <span class="faint">{words.reporters.usual_hint}</span>
            </dd>
          </>
        )}
        <dt>{words.columns.last_report}</dt>
        <dd>
          {format.day(row.last_seen)}{" "}
          <span class="faint">
            {row.silent_days > 0 ? words.reporters.silent_for(row.silent_days, usualGap(row)) : words.reporters.up_to_date}
          </span>
        </dd>
        <dt>{words.reporters.stored}</dt>
        <dd>{format.moment(row.last_stored_at)}</dd>
        <dt>{words.reporters.notes}</dt>
        <dd>
          {row.notes.length === 0 && words.report.no_notes}
          {row.notes.map((note) => (
            <div key={note.code}>
              <code>{note.code}</code> <span class="faint">{words.report.note_count(format.count(note.reports))}</span>
            </div>
          ))}
        </dd>
      </dl>
    </Panel>
  );
}
