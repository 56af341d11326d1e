// Is ingestion working, and did anything get lost?
import { sum } from "d3-array";
import { api } from "../api/client";
import type { LedgerAnswer } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { IngestTabs } from "../components/ingest_tabs";
import { MailboxPanel } from "../components/mailbox_panel";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { RunsPanel } from "../components/runs_panel";
import { Link } from "../components/text";
import { TodayPanel } from "../components/today_panel";
import { UploadBox } from "../components/upload_box";
import * as format from "../format";
import { outcomes } from "../outcomes";
import { words } from "../words/pages";

export function Ingest() {
  const status = useAnswer(api.status());
  const ledger = useAnswer(api.ledger({}, { limit: 1 }));
  const counts = ledger.value?.counts;
  return (
    <>
      <PageHead title={words.ingest.title}>
        {counts && (
          <p>
            {words.ingest.answer(
              <Link to="ingest/messages" query={new URLSearchParams({ outcome: "stored" })}>{format.count(counts.stored)}</Link>,
              <Link to="ingest/messages">{format.count(sum(outcomes, (outcome) => counts[outcome]))}</Link>,
            )}{" "}
            {status.value &&
              (status.value.data.failures_open > 0
                ? words.ingest.open(
                    status.value.data.failures_open,
                    <Link to="ingest/failures">{format.count(status.value.data.failures_open)}</Link>,
                  )
                : words.ingest.none_open)}
          </p>
        )}
        {status.value && (
          <p>
            {status.value.data.last_mail_at
              ? words.ingest.last(format.moment(status.value.data.last_mail_at))
              : words.ingest.never}
          </p>
        )}
      </PageHead>
      {status.value && status.value.data.storage.state !== "ok" && (
        <div class="error-note" role="alert">
          <p>{words.ingest.storage[status.value.data.storage.state]}</p>
        </div>
      )}
      <IngestTabs />
      <MailboxPanel />
      <TodayPanel />
      <div class="columns">
        <Panel title={words.ingest.outcomes}>
          <Await of={ledger}>{(value) => <Outcomes answer={value} />}</Await>
        </Panel>
        <Panel title={words.ingest.upload.title}>
          <UploadBox />
        </Panel>
      </div>
      <RunsPanel />
    </>
  );
}

function Outcomes({ answer }: { answer: LedgerAnswer }) {
  const all = sum(outcomes, (outcome) => answer.counts[outcome]);
  return (
    <>
      <table class="bars">
        <caption class="visually-hidden">{words.ingest.outcomes}</caption>
        <tbody>
          {outcomes.map((outcome) => (
            <tr key={outcome} title={words.outcome_meaning[outcome]}>
              <th scope="row">{words.outcomes[outcome]}</th>
              <td class="bar-cell" aria-hidden="true">
                <svg width="100%" height="12">
                  <rect class={"bar outcome-" + outcome} width={`${(100 * answer.counts[outcome]) / Math.max(1, all)}%`} height="12" />
                </svg>
              </td>
              <td class="number">
                <Link to="ingest/messages" query={new URLSearchParams({ outcome })}>
                  {format.count(answer.counts[outcome])}
                </Link>
              </td>
              <td class="number faint">{format.percent(answer.counts[outcome], all)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">{words.ingest.adds_up(format.count(all))}</p>
    </>
  );
}
