// Is my mail passing? What broke? What should I do next?
import { useMemo } from "preact/hooks";
import { api } from "../api/client";
import type { Meta, SummaryAnswer } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { AttentionList } from "../components/attention_list";
import { AuthenticationPicture } from "../components/authentication_picture";
import { ChartPanel } from "../components/chart_panel";
import { ClassTiles, RateSentence } from "../components/class_totals";
import { Empty } from "../components/empty";
import { FilterBar } from "../components/filter_bar";
import { DomainsTable } from "../components/domains_table";
import { PageHead } from "../components/page";
import { Await, ErrorNote, Panel } from "../components/panel";
import { Downloads } from "../components/table";
import { type Comparison, useComparison } from "../comparison";
import { usePlace } from "../navigation";
import { policyMarks } from "../policy_marks";
import { narrowed, scopeOf } from "../query";
import { words } from "../words";

export function Overview() {
  const { query } = usePlace();
  const scope = useMemo(() => scopeOf(query), [query]);
  const summary = useAnswer(api.summary(scope));
  const comparison = useComparison(scope, summary.value?.meta ?? null);
  const meta = summary.value?.meta ?? null;
  return (
    <>
      <FilterBar meta={meta} comparable />
      <PageHead title={words.overview.title}>
        {summary.value && <RateSentence answer={summary.value} scope={scope} comparison={comparison} />}
      </PageHead>
      {summary.error && <ErrorNote error={summary.error} again={summary.again} />}
      {summary.value && <Body summary={summary.value} meta={summary.value.meta} scope={scope} comparison={comparison} />}
    </>
  );
}

interface BodyProps {
  summary: SummaryAnswer;
  meta: Meta;
  scope: URLSearchParams;
  comparison: Comparison | null;
}
function Body({ summary, meta, scope, comparison }: BodyProps) {
  const { query } = usePlace();
  const domains = api.domains(scope, { limit: 100, cursor: query.get("cursor"), sort: query.get("sort") });
  const rows = useAnswer(summary.data.reports > 0 ? domains : null);
  if (summary.data.reports === 0) return <Empty />;
  return (
    <>
      <ClassTiles answer={summary} scope={scope} comparison={comparison} />
      <AttentionList scope={scope} />
      {summary.data.messages > 0 && <MarkedChart meta={meta} scope={scope} />}
      <Panel title={words.overview.domains} actions={<Downloads of={domains} />}>
        <Await of={rows}>
          {(value) => <DomainsTable answer={value} scopeOf={(domain) => narrowed(scope, "domain", domain)} />}
        </Await>
      </Panel>
      <AuthenticationPicture scope={scope} />
    </>
  );
}

function MarkedChart({ meta, scope }: { meta: Meta; scope: URLSearchParams }) {
  const policies = useAnswer(api.policies(scope, { limit: 1 }));
  const marks = useMemo(() => policyMarks(policies.value?.changes ?? []), [policies.value]);
  return <ChartPanel meta={meta} scope={scope} marks={marks} />;
}
