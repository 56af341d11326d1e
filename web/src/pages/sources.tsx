// Who sends as these domains, and whose mail fails?
import { useMemo } from "preact/hooks";
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { BreakdownTable } from "../components/breakdown_table";
import { ConcentrationPanel } from "../components/concentration_panel";
import { Empty } from "../components/empty";
import { FilterBar } from "../components/filter_bar";
import { LargestNetworks } from "../components/largest_networks";
import { PageHead } from "../components/page";
import { ErrorNote } from "../components/panel";
import { LargestSources, SourcesTable } from "../components/sources_table";
import { Messages } from "../components/text";
import * as format from "../format";
import { usePlace } from "../navigation";
import { scopeOf } from "../query";
import { words } from "../words/pages";

// Which of the largest can be looked at alone: those whose share is told.
const largestCounts = new Set([1, 10, 100]);

export function Sources() {
  const { query } = usePlace();
  const scope = useMemo(() => scopeOf(query), [query]);
  const summary = useAnswer(api.summary(scope));
  const totals = summary.value?.data;
  const asked = (name: string) => (largestCounts.has(Number(query.get(name))) ? Number(query.get(name)) : null);
  const top = asked("top");
  const networks = asked("networks");
  return (
    <>
      <FilterBar meta={summary.value?.meta ?? null} />
      <PageHead title={words.sources.title}>
        {totals && (
          <p>
            {words.sources.answer(<strong>{format.count(totals.sources)}</strong>, <Messages n={totals.messages} scope={scope} />)}
          </p>
        )}
      </PageHead>
      {summary.error && <ErrorNote error={summary.error} again={summary.again} />}
      {totals?.reports === 0 && <Empty />}
      {totals && totals.reports > 0 && top !== null && <LargestSources scope={scope} count={top} />}
      {totals && totals.reports > 0 && top === null && networks !== null && <LargestNetworks scope={scope} count={networks} />}
      {totals && totals.reports > 0 && top === null && networks === null && (
        <>
          <ConcentrationPanel scope={scope} />
          <SourcesTable scope={scope} />
          <div class="columns">
            <BreakdownTable title={words.sources.by_dkim} by="dkim_domain" scope={scope} top={10} />
            <BreakdownTable title={words.sources.by_spf} by="spf_domain" scope={scope} top={10} />
          </div>
        </>
      )}
    </>
  );
}
