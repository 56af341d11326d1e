// How each mailbox on a server is doing.
import { useEffect, useState } from "preact/hooks";
import { api, fetchNow } from "../api/client";
import type { MailboxRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import * as format from "../format";
import { words } from "../words/pages";
import { Await, Panel } from "./panel";
import { type Column, Table } from "./table";
import { Stranger } from "./text";

const refreshSeconds = 10;

export function MailboxPanel() {
  const mailboxes = useAnswer(api.mailboxes());
  const { again } = mailboxes;
  // Its state changes without any report coming in.
  useEffect(() => {
    const timer = setInterval(() => document.hidden || again(), refreshSeconds * 1000);
    return () => clearInterval(timer);
  }, [again]);
  return (
    <Panel title={words.ingest.mailbox.title}>
      <Await of={mailboxes}>
        {(value) =>
          value.data.length === 0 ? (
            <p class="hint">{words.ingest.mailbox.none}</p>
          ) : (
            <Table caption={words.ingest.mailbox.title} rows={value.data} columns={columns(again)} />
          )
        }
      </Await>
    </Panel>
  );
}

function columns(again: () => void): Column<MailboxRow>[] {
  const text = words.ingest.mailbox;
  return [
    {
      key: "name",
      title: text.name,
      head: true,
      cell: (row) => (
        <>
          <strong>{row.name}</strong>{" "}
          <span class="faint">
            {row.host}
            {row.folders.length > 0 && " · " + row.folders.join(", ")}
          </span>
        </>
      ),
    },
    { key: "state", title: text.state, cell: (row) => <State row={row} /> },
    { key: "last", title: text.last_mail, cell: (row) => <Moment at={row.last_mail_at} /> },
    { key: "checked", title: text.checked, cell: (row) => <Moment at={row.checked_at} /> },
    { key: "lag", title: text.lag, number: true, cell: (row) => format.count(row.lag) },
    { key: "fetch", title: text.fetch_now, cell: (row) => <FetchNow mailbox={row.name} again={again} /> },
  ];
}

function Moment({ at }: { at: string | null }) {
  return at ? <span class="nowrap">{format.moment(at)}</span> : <span class="faint">{words.ingest.mailbox.never}</span>;
}

function State({ row }: { row: MailboxRow }) {
  const text = words.ingest.mailbox;
  const why = row.error ?? row.complaint;
  return (
    <>
      <span class={"mailbox-state " + row.state}>
        {row.state === "watching" && row.pushed ? text.pushed : text.states[row.state]}
      </span>
      {row.next_try_at && <span class="faint"> {text.next_try(format.moment(row.next_try_at))}</span>}
      {why && (
        <p class="mailbox-error">
          <Stranger text={why} />
        </p>
      )}
    </>
  );
}

function FetchNow({ mailbox, again }: { mailbox: string; again: () => void }) {
  const [asked, setAsked] = useState(false);
  async function ask(): Promise<void> {
    setAsked(true);
    try {
      await fetchNow(mailbox);
      setTimeout(again, 1000);
    } finally {
      setAsked(false);
    }
  }
  return (
    <button type="button" disabled={asked} onClick={() => void ask()} aria-label={`${words.ingest.mailbox.fetch_now}: ${mailbox}`}>
      {words.ingest.mailbox.fetch_now}
    </button>
  );
}
