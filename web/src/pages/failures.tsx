// What could not be read, and why?
import { sum } from "d3-array";
import { api } from "../api/client";
import type { FailureRow, FailuresAnswer } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { DecideAll } from "../components/decide_all";
import { IngestTabs } from "../components/ingest_tabs";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { Downloads, Pager, Table } from "../components/table";
import { Link, Stranger } from "../components/text";
import * as format from "../format";
import { go, usePlace } from "../navigation";
import { address, withKeys } from "../query";
import { words } from "../words/pages";

const states = ["open", "ignored", "resolved", "all"] as const;

export function Failures() {
  const { path, query } = usePlace();
  const state = states.find((one) => one === query.get("state")) ?? "open";
  const code = query.get("code");
  const question = api.failures(state, code, { limit: 50, cursor: query.get("cursor") });
  const answer = useAnswer(question);
  const open = sum(answer.value?.counts ?? [], (one) => one.open);
  return (
    <>
      <PageHead title={words.failures.title}>
        {answer.value && <p>{words.failures.answer(open, <strong>{format.count(open)}</strong>)}</p>}
      </PageHead>
      <IngestTabs />
      <Panel
        title={
          <span class="segments" role="group" aria-label={words.failures.state}>
            {states.map((one) => (
              <Link key={one} to={path} query={withKeys(query, { state: one === "open" ? null : one })} current={one === state}>
                {words.states[one]}
              </Link>
            ))}
          </span>
        }
        actions={
          <>
            {answer.value && <CodePicker answer={answer.value} code={code} />}
            <Downloads of={question} />
          </>
        }
      >
        <Await of={answer}>{(value) => <FailuresTable answer={value} code={code} />}</Await>
      </Panel>
    </>
  );
}

function CodePicker({ answer, code }: { answer: FailuresAnswer; code: string | null }) {
  const { path, query } = usePlace();
  return (
    <label>
      {words.failures.code}{" "}
      <select
        value={code ?? ""}
        onChange={(event) => go(address(path, withKeys(query, { code: event.currentTarget.value || null })))}
      >
        <option value="">{words.failures.any}</option>
        {answer.counts.map((one) => (
          <option key={one.code} value={one.code}>
            {one.code} ({format.count(one.open + one.ignored + one.resolved)})
          </option>
        ))}
      </select>
    </label>
  );
}

// The reason in the reader's language, and what was found in the words of the program.
function Why({ of }: { of: FailureRow }) {
  return (
    <>
      {words.reasons[of.code] ?? of.sentence}{" "}
      {of.detail && (
        <span class="faint">
          <Stranger text={of.detail} />
        </span>
      )}
    </>
  );
}

function FailuresTable({ answer, code }: { answer: FailuresAnswer; code: string | null }) {
  const open = sum(answer.counts.filter((one) => code === null || one.code === code), (one) => one.open);
  const where = (row: FailureRow) =>
    row.position ? words.failures.position(row.position.line, row.position.column, format.count(row.position.byte)) : "";
  return (
    <>
      {answer.data.some((row) => row.state === "open") && <DecideAll code={code} open={open} />}
      <Table
        caption={words.failures.title}
        rows={answer.data}
        columns={[
          {
            key: "code",
            title: words.failures.code,
            head: true,
            cell: (row) => (
              <Link to={`ingest/failures/${row.id}`}>
                <code>{row.code}</code>
              </Link>
            ),
          },
          { key: "detail", title: words.failure.detail, cell: (row) => <Why of={row} /> },
          { key: "file", title: words.failures.file, cell: (row) => <Stranger text={row.origin?.attachment ?? null} /> },
          { key: "where", title: words.failures.where, cell: where },
          { key: "when", title: words.failures.when, cell: (row) => <span class="nowrap">{format.moment(row.first_failed)}</span> },
          { key: "tries", title: words.failures.tries, number: true, cell: (row) => format.count(row.tries) },
          { key: "state", title: words.failures.state, cell: (row) => words.states[row.state] },
        ]}
      />
      <Pager shown={answer.data.length} total={answer.meta.total} next={answer.page.next_cursor} />
    </>
  );
}
