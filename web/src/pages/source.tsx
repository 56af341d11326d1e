// What did this address do, for whom, seen by whom, and why that verdict?
import { useMemo, useState } from "preact/hooks";
import { api } from "../api/client";
import type { ClaimedDkim, ClaimedSpf, SourceDetail } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { DayChart } from "../charts/day_chart";
import { ReporterDays } from "../charts/reporter_days";
import { AuthResults } from "../components/auth_results";
import { BreakdownRows } from "../components/breakdown_table";
import { ClassMark } from "../components/class_mark";
import { FilterBar } from "../components/filter_bar";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { Downloads, Table } from "../components/table";
import { Messages, PassRate, Stranger } from "../components/text";
import * as format from "../format";
import { type Identity, identityScope } from "../identity";
import { usePlace } from "../navigation";
import { networkOf } from "../network";
import { during, narrowed, scopeOf } from "../query";
import type { PageProps } from "../routes";
import { words } from "../words/pages";

export function Source({ name, framed }: PageProps) {
  const { query } = usePlace();
  const filters = useMemo(() => narrowed(scopeOf(query), "ip"), [query]);
  const answer = useAnswer(api.source(name, filters));
  return (
    <>
      {!framed && <FilterBar meta={answer.value?.meta ?? null} fixed="ip" />}
      <PageHead title={name} shownTitle={name}>
        {answer.value && <Sentence of={answer.value.data} scope={narrowed(filters, "ip", name)} />}
      </PageHead>
      <Await of={answer}>
        {(value) => <Body of={value.data} asOf={value.meta.as_of} generation={value.meta.generation} filters={filters} />}
      </Await>
    </>
  );
}

function Sentence({ of, scope }: { of: SourceDetail; scope: URLSearchParams }) {
  return (
    <>
      <p>
        {words.source.answer(
          <Messages n={of.messages} scope={scope} />,
          <PassRate of={of} scope={scope} />,
        )}
      </p>
      <p>
        {words.source.seen(format.day(of.first_seen), format.day(of.last_seen))} <Copy text={of.ip} what={words.source.copy_ip} />{" "}
        <Copy text={networkOf(of.ip)} what={words.source.copy_network} />{" "}
        <Copy text={`ip${of.ip.includes(":") ? 6 : 4}:${of.ip}`} what={words.source.copy_spf} />
      </p>
    </>
  );
}

function Copy({ text, what }: { text: string; what: string }) {
  const [done, setDone] = useState(false);
  if (!navigator.clipboard) return null; // only where the page is served safely
  return (
    <button type="button" class="small" onClick={() => void navigator.clipboard.writeText(text).then(() => setDone(true))}>
      {done ? words.source.copied : words.source.copy} {what}
    </button>
  );
}

interface PartProps<T> {
  by: T;
  of: SourceDetail;
  scope: URLSearchParams;
}
/** A link where filters can ask for the records of this identity and of no other. */
function Claimed({ by, of, scope }: PartProps<Identity>) {
  const rows = of.identities_total === of.identities.length ? identityScope(scope, by, of.identities) : null;
  return rows ? <Messages n={by.messages} scope={rows} /> : <>{format.count(by.messages)}</>;
}

/** By our own estimate; nothing where it cannot be told. */
const aligned = (result: ClaimedDkim | ClaimedSpf) =>
  result.aligned !== null && <span class="faint"> {result.aligned ? words.source.aligned : words.source.not_aligned}</span>;

/** A link where the reason was given with one comment only: no filter asks for comments. */
function Overridden({ by, of, scope }: PartProps<SourceDetail["overrides"][number]>) {
  const alone = of.overrides.filter((one) => one.type === by.type).length === 1;
  return alone ? <Messages n={by.messages} scope={narrowed(scope, "override", by.type)} /> : <>{format.count(by.messages)}</>;
}

interface BodyProps {
  of: SourceDetail;
  asOf: string | null;
  generation: number;
  filters: URLSearchParams;
}
function Body({ of, asOf, generation, filters }: BodyProps) {
  const scope = narrowed(filters, "ip", of.ip);
  const first = of.days[0]?.day;
  const last = of.days.at(-1)?.day;
  const days = {
    data: of.days,
    meta: {
      from: first ?? null,
      to: last ?? null,
      as_of: asOf,
      complete_through: null,
      generation,
      interval: "day" as const,
      usual_reporters: 0,
    },
  };
  return (
    <>
      {first && last && (
        <Panel title={words.source.days} actions={<Downloads of={api.timeseries(during(scope, first, last), "day")} />}>
          <DayChart answer={days} scope={during(scope, first, last)} zoomable={false} />
        </Panel>
      )}
      <Panel title={words.source.claimed}>
        <Table
          caption={words.source.claimed}
          rows={of.identities}
          columns={[
            { key: "header_from", title: words.columns.header_from, head: true, cell: (row) => <Stranger text={row.header_from} /> },
            { key: "envelope_from", title: words.fields.envelope_from, cell: (row) => <Stranger text={row.envelope_from} /> },
            { key: "auth", title: words.columns.auth, cell: (row) => <AuthResults dkim={row.dkim} spf={row.spf} beside={aligned} /> },
            { key: "class", title: words.columns.class, cell: (row) => <ClassMark name={row.class} /> },
            { key: "messages", title: words.columns.messages, number: true, cell: (row) => <Claimed by={row} of={of} scope={scope} /> },
          ]}
        />
        <p class="hint">{words.source.aligned_hint}</p>
        {of.identities_total > of.identities.length && (
          <p class="hint">{words.source.claimed_of(format.count(of.identities.length), format.count(of.identities_total))}</p>
        )}
      </Panel>
      <div class="columns">
        <Panel title={words.source.did}>
          <BreakdownRows caption={words.source.did} rows={of.dispositions} by="disposition" scope={scope} />
        </Panel>
        <Panel title={words.source.overrides}>
          <Table
            caption={words.source.overrides}
            rows={of.overrides}
            nothing={words.source.no_overrides}
            columns={[
              { key: "type", title: words.source.override_type, head: true, cell: (row) => words.explain.overrides[row.type] ?? row.type },
              { key: "comment", title: words.source.comment, cell: (row) => <Stranger text={row.comment} /> },
              { key: "messages", title: words.columns.messages, number: true, cell: (row) => <Overridden by={row} of={of} scope={scope} /> },
            ]}
          />
        </Panel>
        <Panel title={words.source.for_whom}>
          <BreakdownRows caption={words.source.for_whom} rows={of.domains} by="domain" scope={scope} link="domain" />
        </Panel>
        <Panel title={words.source.saw}>
          <BreakdownRows caption={words.source.saw} rows={of.reporters} by="reporter" scope={scope} link="reporter" />
        </Panel>
      </div>
      {first && last && <SawDays scope={during(scope, first, last)} />}
    </>
  );
}

const reportersToldApart = 8; // the others together are one

function SawDays({ scope }: { scope: URLSearchParams }) {
  const question = api.timeseries(scope, "day", "reporter", reportersToldApart);
  const answer = useAnswer(question);
  return (
    <Panel title={words.source.saw_days} actions={<Downloads of={question} />}>
      <Await of={answer}>{(value) => <ReporterDays answer={value} scope={scope} />}</Await>
    </Panel>
  );
}
