// What is published, and what do receivers make of it?
import { sum } from "d3-array";
import { useMemo } from "preact/hooks";
import { api } from "../api/client";
import type { Meta, PoliciesAnswer } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { DayChart } from "../charts/day_chart";
import { DomainsTable } from "../components/domains_table";
import { Empty } from "../components/empty";
import { FilterBar } from "../components/filter_bar";
import { IntervalPicker, useInterval } from "../components/interval_picker";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { PolicyChanges, PolicyMatrix } from "../components/policy_tables";
import { Downloads, Pager } from "../components/table";
import { Link } from "../components/text";
import * as format from "../format";
import { usePlace } from "../navigation";
import { narrowed, scopeOf, unsaid, withKeys } from "../query";
import { words } from "../words/pages";

type Share = PoliciesAnswer["published"][number];

// Where the domains of one p are listed alone.
const listed = (scope: URLSearchParams, { p }: Share) => withKeys(scope, { published: p ?? unsaid("policy") });

export function Policies() {
  const { query } = usePlace();
  const scope = useMemo(() => scopeOf(query), [query]);
  const chosen = query.get("published");
  const question = api.policies(scope, chosen === null ? { limit: 1000, cursor: query.get("cursor") } : { limit: 1 });
  const answer = useAnswer(question);
  const published = answer.value?.published ?? [];
  return (
    <>
      <FilterBar meta={answer.value?.meta ?? null} />
      <PageHead title={words.policies.title}>
        {published.length > 0 && (
          <p>
            {words.policies.answer(
              published.map((one, index) => [
                index > 0 ? words.policies.and : "",
                words.policies.one(<Link to="policies" query={listed(scope, one)}>{format.count(one.domains)}</Link>, one.p ?? words.not_said),
              ]),
            )}
          </p>
        )}
      </PageHead>
      <Await of={answer}>
        {(value) =>
          value.meta.total === 0 ? (
            <Empty />
          ) : chosen !== null ? (
            <DomainsOf published={chosen} scope={scope} />
          ) : (
            <>
              <Panel title={words.policies.shares}>
                <PublishedShares published={value.published} scope={scope} />
              </Panel>
              <PoliciesOverTime meta={value.meta} scope={scope} />
              <Panel title={words.policies.matrix} actions={<Downloads of={question} />}>
                <PolicyMatrix rows={value.data} scope={scope} withDomain />
                <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
              </Panel>
              <Panel title={words.policies.changes}>
                <PolicyChanges changes={value.changes} scope={scope} withDomain />
              </Panel>
            </>
          )
        }
      </Await>
    </>
  );
}

function PoliciesOverTime({ meta, scope }: { meta: Meta; scope: URLSearchParams }) {
  const interval = useInterval(meta);
  const question = api.timeseries(scope, interval, "policy");
  const answer = useAnswer(question);
  return (
    <Panel
      title={words.policies.over_time}
      actions={
        <>
          <IntervalPicker chosen={interval} />
          <Downloads of={question} />
        </>
      }
    >
      <Await of={answer}>{(value) => <DayChart answer={value} scope={scope} by="policy" />}</Await>
    </Panel>
  );
}

/** The domains that publish one p, each by its newest report. */
function DomainsOf({ published, scope }: { published: string; scope: URLSearchParams }) {
  const { query } = usePlace();
  const question = api.domains(scope, { limit: 100, published, cursor: query.get("cursor"), sort: query.get("sort") });
  const answer = useAnswer(question);
  const p = published === unsaid("policy") ? words.not_said : published;
  return (
    <Panel title={words.policies.domains_of(p)} actions={<Downloads of={question} />}>
      <p>
        <Link to="policies" query={scope}>{words.policies.all}</Link>
      </p>
      <Await of={answer}>{(value) => <DomainsTable answer={value} scopeOf={(domain) => narrowed(scope, "domain", domain)} />}</Await>
    </Panel>
  );
}

function PublishedShares({ published, scope }: { published: Share[]; scope: URLSearchParams }) {
  const all = sum(published, (one) => one.domains);
  return (
    <table class="bars">
      <caption class="visually-hidden">{words.policies.shares}</caption>
      <tbody>
        {published.map((one) => (
          <tr key={one.p}>
            <th scope="row">{one.p ? <code>p={one.p}</code> : words.not_said}</th>
            <td class="bar-cell" aria-hidden="true">
              <svg width="100%" height="12">
                <rect class={"bar published-" + (one.p ?? "unsaid")} width={`${(100 * one.domains) / Math.max(1, all)}%`} height="12" />
              </svg>
            </td>
            <td class="number">
              <Link to="policies" query={listed(scope, one)}>{words.policies.domains(one.domains)}</Link>
            </td>
            <td class="number faint">{format.percent(one.domains, all, 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
