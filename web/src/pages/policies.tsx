// What is published, and what do receivers make of it?
import { sum } from "d3-array";
import { useMemo } from "preact/hooks";
import { api } from "../api/client";
import type { Meta, PoliciesAnswer } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { DayChart } from "../charts/day_chart";
import { Empty } from "../components/empty";
import { FilterBar } from "../components/filter_bar";
import { IntervalPicker, useInterval } from "../components/interval_picker";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { PolicyChanges, PolicyMatrix } from "../components/policy_tables";
import { Downloads, Pager } from "../components/table";
import * as format from "../format";
import { usePlace } from "../navigation";
import { scopeOf } from "../query";
import { words } from "../words/pages";

export function Policies() {
  const { query } = usePlace();
  const scope = useMemo(() => scopeOf(query), [query]);
  const question = api.policies(scope, { limit: 1000, cursor: query.get("cursor") });
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
                words.policies.one(<strong>{format.count(one.domains)}</strong>, one.p ?? words.not_said),
              ]),
            )}
          </p>
        )}
      </PageHead>
      <Await of={answer}>
        {(value) =>
          value.meta.total === 0 ? (
            <Empty />
          ) : (
            <>
              <Panel title={words.policies.shares}>
                <PublishedShares published={value.published} />
              </Panel>
              <PoliciesOverTime meta={value.meta} scope={scope} />
              <Panel title={words.policies.matrix} actions={<Downloads of={question} />}>
                <PolicyMatrix rows={value.data} scope={scope} withDomain />
                <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
              </Panel>
              <Panel title={words.policies.changes}>
                <PolicyChanges changes={value.changes} withDomain />
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

function PublishedShares({ published }: { published: PoliciesAnswer["published"] }) {
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
            <td class="number">{words.policies.domains(one.domains)}</td>
            <td class="number faint">{format.percent(one.domains, all, 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
