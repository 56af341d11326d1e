// What came in, and what became of each attachment; all of it, or what ended in one way.
import { api } from "../api/client";
import type { LedgerRow, Outcome } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { IngestTabs } from "../components/ingest_tabs";
import { Origin } from "../components/origin";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { Downloads, Pager, Table } from "../components/table";
import { Link, Stranger } from "../components/text";
import { isDay } from "../days";
import * as format from "../format";
import { usePlace } from "../navigation";
import { outcomes } from "../outcomes";
import { withKeys } from "../query";
import { words } from "../words/pages";

export function Ledger() {
  const { path, query } = usePlace();
  const outcome = outcomes.find((one) => one === query.get("outcome")) ?? null;
  const readOn = isDay(query.get("read_on") ?? "") ? query.get("read_on") : null;
  const run = /^\d+$/.test(query.get("run") ?? "") ? query.get("run") : null;
  const question = api.ledger({ outcome, read_on: readOn, run }, { limit: 50, cursor: query.get("cursor") });
  const answer = useAnswer(question);
  const without = (key: string) => (
    <Link to={path} query={withKeys(query, { [key]: null })}>{words.ingest.all_of_it}</Link>
  );
  return (
    <>
      <PageHead title={words.ingest.ledger}>
        {answer.value && <p>{words.ingest.attachments(<strong class="attachments-total">{format.count(answer.value.meta.attachments)}</strong>)}</p>}
        {readOn !== null && (
          <p>
            {words.ingest.read_on(format.day(readOn))} {without("read_on")}
          </p>
        )}
        {run !== null && (
          <p>
            {words.ingest.of_run(run)} <CountedByRun id={run} outcome={outcome} /> {without("run")}
          </p>
        )}
      </PageHead>
      <IngestTabs />
      <Panel title={<OutcomePicker chosen={outcome} />} actions={<Downloads of={question} />}>
        <Await of={answer}>
          {(value) => (
            <>
              <Table
                caption={words.ingest.ledger}
                rows={value.data}
                columns={[
                  {
                    key: "subject",
                    title: words.ingest.subject,
                    head: true,
                    cell: (row) => (row.subject !== null ? <Stranger text={row.subject} /> : <Stranger text={row.position || row.origin} />),
                  },
                  { key: "from", title: words.ingest.from, cell: (row) => <Stranger text={row.from} /> },
                  { key: "read", title: words.ingest.read, cell: (row) => <span class="nowrap">{format.moment(row.read_at)}</span> },
                  { key: "origin", title: words.ingest.origin, cell: (row) => <Origin origin={row.origin} position={row.position} short /> },
                  { key: "bytes", title: words.ingest.size, number: true, cell: (row) => format.bytes(row.bytes) },
                  { key: "became", title: words.ingest.became, cell: (row) => <Outcomes of={row} /> },
                ]}
              />
              <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
            </>
          )}
        </Await>
      </Panel>
    </>
  );
}

/** What the run counted itself, which holds what it read again. */
function CountedByRun({ id, outcome }: { id: string; outcome: Outcome | null }) {
  const run = useAnswer(api.run(id)).value?.data;
  if (!run) return null;
  return <>{words.ingest.counted_by_run(format.count(run.mails), outcome && `${words.outcomes[outcome]}: ${format.count(run[outcome])}`)}</>;
}

function OutcomePicker({ chosen }: { chosen: Outcome | null }) {
  const { path, query } = usePlace();
  return (
    <span class="segments" role="group" aria-label={words.ingest.became}>
      {[null, ...outcomes].map((one) => (
        <Link key={one ?? "all"} to={path} query={withKeys(query, { outcome: one })} current={one === chosen}>
          {one === null ? words.states.all : words.outcomes[one]}
        </Link>
      ))}
    </span>
  );
}

function Outcomes({ of }: { of: LedgerRow }) {
  return (
    <>
      {of.outcomes.map((one, index) => {
        const page = one.failure !== null ? `ingest/failures/${one.failure}` : one.report !== null ? `reports/${one.report}` : null;
        const word = <span class={"outcome " + one.outcome}>{words.outcomes[one.outcome]}</span>;
        return (
          <div key={index}>
            {page ? <Link to={page}>{word}</Link> : word} {one.code && one.code !== one.outcome && <code>{one.code}</code>}{" "}
            {one.name && (
              <span class="faint">
                <Stranger text={one.name} />
              </span>
            )}
          </div>
        );
      })}
    </>
  );
}
