// Imports, uploads and fetches: how each stands, and the end of one that is under way.
import { useEffect } from "preact/hooks";
import { api, stopRun } from "../api/client";
import type { Outcome, RunRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { type Deed, useDeed } from "../api/use_deed";
import * as format from "../format";
import { usePlace } from "../navigation";
import { outcomes } from "../outcomes";
import { words } from "../words/pages";
import { Became, CertainButton } from "./deed";
import { Origin } from "./origin";
import { Await, Panel } from "./panel";
import { type Column, Downloads, Pager, Table } from "./table";
import { Link } from "./text";

const refreshSeconds = 5;

export function RunsPanel() {
  const { query } = usePlace();
  const question = api.runs({ limit: 20, cursor: query.get("cursor") });
  const runs = useAnswer(question);
  const deed = useDeed();
  // A run that is under way moves on without the rest of the page.
  const running = runs.value?.data.some((run) => run.state === "running" || run.state === "stopping") ?? false;
  const { again } = runs;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => document.hidden || again(), refreshSeconds * 1000);
    return () => clearInterval(timer);
  }, [running, again]);
  return (
    <Panel title={words.ingest.runs} actions={<Downloads of={question} />}>
      <Became of={deed} done={words.ingest.stop.asked} />
      <Await of={runs}>
        {(value) => (
          <>
            <Table caption={words.ingest.runs} rows={value.data} columns={columns(deed)} />
            <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
          </>
        )}
      </Await>
    </Panel>
  );
}

function State({ run, deed }: { run: RunRow; deed: Deed }) {
  const text = words.ingest;
  const label = `${text.run} ${run.id}`;
  if (run.ended_at)
    return (
      <span class="nowrap">
        {run.state === "stopped" && `${text.run_states.stopped} · `}
        {format.moment(run.ended_at)}
      </span>
    );
  return (
    <>
      <span>{text.run_states[run.state]}</span>{" "}
      {run.percent !== null && run.state !== "cut_off" && (
        <span class="nowrap">
          <progress max={100} value={run.percent} aria-label={label} /> {format.percent(run.percent, 100)}
        </span>
      )}{" "}
      {run.state === "running" && <div class="faint nowrap">{pace(run)}</div>}
      {run.state === "running" && (
        <CertainButton question={text.stop.sure} label={`${text.stop.button}: ${label}`} disabled={deed.busy} act={() => void deed.act(() => stopRun(run.id))}>
          {text.stop.button}
        </CertainButton>
      )}
    </>
  );
}

/** "1,910 a second, about 0:27 left", as far as that can be told. */
function pace({ mails, mails_expected, seconds }: RunRow): string {
  if (!seconds || mails === 0) return "";
  const text = words.ingest.pace;
  const rate = text.rate(format.average(mails / seconds));
  return mails_expected !== null ? text.left(rate, clock((Math.max(0, mails_expected - mails) * seconds) / mails)) : rate;
}

/** A number of a run leads to the mails that it was the first to read; the page there says what that leaves out. */
function Rows({ run, n, outcome }: { run: RunRow; n: number; outcome?: Outcome }) {
  if (n === 0) return <>0</>;
  const rows = new URLSearchParams({ run: String(run.id), ...(outcome ? { outcome } : {}) });
  return <Link to="ingest/messages" query={rows}>{format.count(n)}</Link>;
}

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function columns(deed: Deed): Column<RunRow>[] {
  return [
    {
      key: "id",
      title: words.ingest.run,
      head: true,
      cell: (row) => (
        <>
          {`${row.id} · ${row.kind}`}
          {row.origin !== null && (
            <div class="faint">
              <Origin origin={row.origin} position="" short />
            </div>
          )}
        </>
      ),
    },
    { key: "started", title: words.ingest.started, cell: (row) => <span class="nowrap">{format.moment(row.started_at)}</span> },
    { key: "ended", title: words.ingest.ended, cell: (row) => <State run={row} deed={deed} /> },
    {
      key: "mails",
      title: words.ingest.mails,
      number: true,
      cell: (row) => (
        <>
          <Rows run={row} n={row.mails} />
          {row.state === "running" && row.mails_expected !== null && (
            <span class="faint"> {words.ingest.of_about(format.average(row.mails_expected))}</span>
          )}
        </>
      ),
    },
    ...outcomes.map(
      (outcome): Column<RunRow> => ({
        key: outcome,
        title: words.outcomes[outcome],
        number: true,
        cell: (row) => <Rows run={row} n={row[outcome]} outcome={outcome} />,
      }),
    ),
  ];
}
