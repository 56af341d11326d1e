// Which documents came in?
import { useMemo } from "preact/hooks";
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { Empty } from "../components/empty";
import { FilterBar } from "../components/filter_bar";
import { PageHead } from "../components/page";
import { ErrorNote } from "../components/panel";
import { ReportsTable } from "../components/reports_table";
import { Messages } from "../components/text";
import * as format from "../format";
import { usePlace } from "../navigation";
import { scopeOf } from "../query";
import { words } from "../words/pages";

export function Reports() {
  const { query } = usePlace();
  const scope = useMemo(() => scopeOf(query), [query]);
  const summary = useAnswer(api.summary(scope));
  const totals = summary.value?.data;
  return (
    <>
      <FilterBar meta={summary.value?.meta ?? null} />
      <PageHead title={words.reports.title}>
        {totals && (
          <p>
            {words.reports.answer(<strong>{format.count(totals.reports)}</strong>, <Messages n={totals.messages} scope={scope} />)}
          </p>
        )}
      </PageHead>
      {summary.error && <ErrorNote error={summary.error} again={summary.again} />}
      {totals?.reports === 0 ? <Empty /> : <ReportsTable scope={scope} />}
    </>
  );
}
