// What came in today, each number with its rows, and what is known to wait.
import { sum } from "d3-array";
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { dayOf } from "../days";
import * as format from "../format";
import { outcomes } from "../outcomes";
import { words } from "../words/pages";
import { Await, Panel } from "./panel";
import { Link } from "./text";

const millisecondsOfDay = 86_400_000;

export function TodayPanel() {
  const today = dayOf(Math.floor(Date.now() / millisecondsOfDay));
  const answer = useAnswer(api.ledger({ read_on: today }, { limit: 1 }));
  const mailboxes = useAnswer(api.mailboxes()).value?.data;
  const text = words.ingest.today;
  const rows = (keys: Record<string, string> = {}) => new URLSearchParams({ read_on: today, ...keys });
  return (
    <Panel title={text.title} actions={<span class="faint">{format.fullDay(today)} UTC</span>}>
      <Await of={answer}>
        {({ counts, meta }) => (
          <>
            <dl class="today">
              <div>
                <dt>{words.ingest.mails}</dt>
                <dd>
                  <Link to="ingest/messages" query={rows()}>{format.count(meta.total)}</Link>
                </dd>
              </div>
              {outcomes.map((outcome) => (
                <div key={outcome} title={words.outcome_meaning[outcome]}>
                  <dt>{words.outcomes[outcome]}</dt>
                  <dd>
                    <Link to="ingest/messages" query={rows({ outcome })}>{format.count(counts[outcome])}</Link>
                  </dd>
                </div>
              ))}
              {mailboxes && mailboxes.length > 0 && (
                <div>
                  <dt>{text.waiting}</dt>
                  <dd>{format.count(sum(mailboxes, (mailbox) => mailbox.lag))}</dd>
                </div>
              )}
            </dl>
            <p class="hint">
              {text.adds_up(format.count(sum(outcomes, (outcome) => counts[outcome])))} {mailboxes?.length === 0 && text.no_queue}
            </p>
          </>
        )}
      </Await>
    </Panel>
  );
}
