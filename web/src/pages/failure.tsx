// Why could this not be read, where in its bytes, and what now?
import { useState } from "preact/hooks";
import { api, belowApi, decideFailure, resolveConflict, retryFailure } from "../api/client";
import type { FailureRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { useDeed } from "../api/use_deed";
import { type Fact, Facts } from "../components/facts";
import { IngestTabs } from "../components/ingest_tabs";
import { Origin } from "../components/origin";
import { PageHead } from "../components/page";
import { Await, ErrorNote, Panel } from "../components/panel";
import { Link, Stranger } from "../components/text";
import * as format from "../format";
import type { PageProps } from "../routes";
import { words } from "../words/pages";

export function Failure({ name }: PageProps) {
  const answer = useAnswer(api.failure(name));
  return <Await of={answer}>{(value) => <Body key={value.data.id} of={value.data} />}</Await>;
}

function Body({ of }: { of: FailureRow }) {
  return (
    <>
      <PageHead title={words.failure.title(of.id)}>
        <p>{words.reasons[of.code] ?? of.sentence}</p>
        <p>
          <Stranger text={of.detail} />
        </p>
      </PageHead>
      <IngestTabs />
      <Decision of={of} />
      {of.excerpt !== null && (
        <Panel title={words.failure.excerpt}>
          <p class="hint">
            {of.position &&
              words.failures.position_sentence(
                of.position.line,
                of.position.column,
                words.failure.of(format.count(of.position.byte), format.count(of.bytes)),
              )}{" "}
            {words.failure.excerpt_hint}
          </p>
          <pre class="excerpt">
            <Stranger text={of.excerpt} />
          </pre>
        </Panel>
      )}
      <Panel
        title={words.failure.facts}
        actions={
          <a href={belowApi(of.raw)} download>
            {words.failure.save}
          </a>
        }
      >
        <FailureFacts of={of} />
      </Panel>
    </>
  );
}

function Decision({ of }: { of: FailureRow }) {
  const [note, setNote] = useState(of.note ?? "");
  const { busy, done, error, act } = useDeed();
  const decide = (state: "ignored" | "open") => () => void act(() => decideFailure(of.id, state, note));
  const keep = (which: "first" | "second") => () => void act(() => resolveConflict(of.id, which));
  return (
    <>
      <div class="actions">
        {of.state !== "resolved" && (
          <button type="button" disabled={busy} onClick={() => void act(() => retryFailure(of.id))}>
            {words.failure.retry}
          </button>
        )}
        {of.code === "conflict" && of.state === "open" && (
          <>
            <button type="button" disabled={busy} onClick={keep("first")}>
              {words.failure.keep_first}
            </button>
            <button type="button" disabled={busy} onClick={keep("second")}>
              {words.failure.keep_second}
            </button>
          </>
        )}
        {of.state === "open" && (
          <label>
            {words.failure.note_label}
            <input type="text" maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
          </label>
        )}
        {of.state === "open" && (
          <button type="button" disabled={busy} onClick={decide("ignored")}>
            {words.failure.ignore}
          </button>
        )}
        {of.state === "ignored" && (
          <button type="button" disabled={busy} onClick={decide("open")}>
            {words.failure.reopen}
          </button>
        )}
      </div>
      <p role="status" class="hint">
        {done && words.failure.done} {words.failure.now(words.states[of.state])}
      </p>
      {error && <ErrorNote error={error} />}
    </>
  );
}

function FailureFacts({ of }: { of: FailureRow }) {
  const facts: Fact[] = [
    [words.failures.code, <code>{of.code}</code>],
    [words.failures.stage, words.stages[of.stage]],
    [words.failures.file, of.origin ? <Stranger text={of.origin.attachment} /> : null],
    [words.ingest.size, format.bytes(of.bytes)],
    [words.ingest.origin, of.origin ? <Origin origin={of.origin.origin} position={of.origin.position} /> : null],
    [words.ingest.subject, of.origin?.subject ? <Stranger text={of.origin.subject} /> : null],
    [words.ingest.from, of.origin?.from ? <Stranger text={of.origin.from} /> : null],
    [words.report.message_id, of.origin?.message_id ? <Stranger text={of.origin.message_id} /> : null],
    [words.failures.when, format.moment(of.first_failed)],
    [words.failure.last_tried, format.moment(of.last_tried)],
    [words.failures.tries, format.count(of.tries)],
    [words.failure.parser, of.parser],
    [words.failure.note, of.note ? <Stranger text={of.note} /> : null],
    [words.failure.rival, of.rival === null ? null : <Link to={`reports/${of.rival}`}>{words.ingest.upload.show_report}</Link>],
    [words.report.sha256, <code>{of.sha256}</code>],
  ];
  return <Facts of={facts} />;
}
