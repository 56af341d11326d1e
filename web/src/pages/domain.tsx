// How does one domain fare: who sends as it, what it publishes, who reports.
import { useMemo } from "preact/hooks";
import { api } from "../api/client";
import type { Meta, SummaryAnswer } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { failClasses } from "../classes";
import { AuthenticationPicture } from "../components/authentication_picture";
import { BreakdownTable } from "../components/breakdown_table";
import { ChartPanel } from "../components/chart_panel";
import { ClassTiles, RateSentence } from "../components/class_totals";
import { Empty } from "../components/empty";
import { FilterBar } from "../components/filter_bar";
import { PageHead } from "../components/page";
import { Await, ErrorNote, Panel } from "../components/panel";
import { PolicyChanges, PolicyMatrix } from "../components/policy_tables";
import { PolicyText } from "../components/policy_text";
import { ReportersTable } from "../components/reporters_table";
import { ReportsTable } from "../components/reports_table";
import { SourcesTable } from "../components/sources_table";
import { Downloads } from "../components/table";
import { Link, Stranger } from "../components/text";
import { type Comparison, useComparison } from "../comparison";
import { usePlace } from "../navigation";
import { narrowed, ofClasses, scopeOf, withKeys } from "../query";
import { policyMarks } from "../policy_marks";
import type { PageProps } from "../routes";
import { words } from "../words/pages";

const tabs = ["overview", "sources", "policy", "reporters", "subdomains", "reports"] as const;

export function Domain({ name }: PageProps) {
  const { path, query } = usePlace();
  const scope = useMemo(() => narrowed(scopeOf(query), "domain", name), [query, name]);
  const summary = useAnswer(api.summary(scope));
  const comparison = useComparison(scope, summary.value?.meta ?? null);
  const newest = useAnswer(api.domains(scope, { limit: 1 }));
  const tab = tabs.find((one) => one === query.get("tab")) ?? "overview";
  const policy = newest.value?.data[0]?.policy;
  return (
    <>
      <FilterBar meta={summary.value?.meta ?? null} comparable={tab === "overview"} fixed="domain" />
      <PageHead title={name} shownTitle={<Stranger text={name} />}>
        {summary.value && <RateSentence answer={summary.value} scope={scope} comparison={comparison} />}
        {newest.value && summary.value && summary.value.data.reports > 0 && (
          <p>{policy ? words.domain.publishes(<PolicyText policy={policy} />) : words.domain.no_policy}</p>
        )}
      </PageHead>
      {summary.error && <ErrorNote error={summary.error} again={summary.again} />}
      <nav class="tabs" aria-label={words.domain.tabs_label}>
        {tabs.map((one) => (
          <Link
            key={one}
            to={path}
            query={withKeys(query, { tab: one === "overview" ? null : one, sort: null })}
            current={one === tab}
          >
            {words.domain.tabs[one]}
          </Link>
        ))}
      </nav>
      {summary.value?.data.reports === 0 && <Empty />}
      {summary.value && summary.value.data.reports > 0 && (
        <Tab tab={tab} summary={summary.value} meta={summary.value.meta} scope={scope} comparison={comparison} />
      )}
    </>
  );
}

interface TabProps {
  tab: (typeof tabs)[number];
  summary: SummaryAnswer;
  meta: Meta;
  scope: URLSearchParams;
  comparison: Comparison | null;
}
function Tab({ tab, summary, meta, scope, comparison }: TabProps) {
  switch (tab) {
    case "overview":
      return <OverviewTab summary={summary} meta={meta} scope={scope} comparison={comparison} />;
    case "sources":
      return <SourcesTable scope={scope} />;
    case "policy":
      return <PolicyTab scope={scope} />;
    case "reporters":
      return <ReportersTable scope={scope} />;
    case "subdomains":
      return <BreakdownTable title={words.domain.header_from} by="header_from" scope={scope} top={100} />;
    case "reports":
      return <ReportsTable scope={scope} />;
  }
}

function OverviewTab({ summary, meta, scope, comparison }: Omit<TabProps, "tab">) {
  const policies = useAnswer(api.policies(scope, { limit: 1 }));
  const marks = useMemo(() => policyMarks(policies.value?.changes ?? [], scope.get("domain")), [policies.value, scope]);
  const failing = ofClasses(scope, failClasses);
  return (
    <>
      <div class="panel">
        <ClassTiles answer={summary} scope={scope} comparison={comparison} />
      </div>
      <ChartPanel meta={meta} scope={scope} fixed="domain" marks={marks} />
      <div class="columns">
        <BreakdownTable title={words.domain.top_sources} by="ip" scope={failing} top={8} link="ip" />
        <BreakdownTable title={words.domain.header_from} by="header_from" scope={scope} top={8} />
      </div>
      <AuthenticationPicture scope={scope} />
    </>
  );
}

function PolicyTab({ scope }: { scope: URLSearchParams }) {
  const question = api.policies(scope, { limit: 1000 });
  const policies = useAnswer(question);
  return (
    <Await of={policies}>
      {(value) => (
        <>
          <Panel title={words.policies.matrix} actions={<Downloads of={question} />}>
            <PolicyMatrix rows={value.data} scope={scope} withDomain={false} />
          </Panel>
          <Panel title={words.policies.changes}>
            <PolicyChanges changes={value.changes} scope={scope} withDomain={false} />
          </Panel>
        </>
      )}
    </Await>
  );
}
