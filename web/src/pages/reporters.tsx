// Who reports, and who went silent?
import { useMemo } from "preact/hooks";
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { Empty } from "../components/empty";
import { FilterBar } from "../components/filter_bar";
import { PageHead } from "../components/page";
import { ErrorNote } from "../components/panel";
import { ReportersTable } from "../components/reporters_table";
import { Link } from "../components/text";
import * as format from "../format";
import { usePlace } from "../navigation";
import { scopeOf } from "../query";
import { words } from "../words/pages";

export function Reporters() {
  const { query } = usePlace();
  const scope = useMemo(() => scopeOf(query), [query]);
  const summary = useAnswer(api.summary(scope));
  const totals = summary.value?.data;
  return (
    <>
      <FilterBar meta={summary.value?.meta ?? null} />
      <PageHead title={words.reporters.title}>
        {totals && (
          <p>
            {words.reporters.answer(
              <strong>{format.count(totals.reporters)}</strong>,
              <Link to="reports" query={scope}>
                {format.count(totals.reports)}
              </Link>,
            )}
          </p>
        )}
      </PageHead>
      {summary.error && <ErrorNote error={summary.error} again={summary.again} />}
      {totals?.reports === 0 ? <Empty /> : <ReportersTable scope={scope} />}
    </>
  );
}
