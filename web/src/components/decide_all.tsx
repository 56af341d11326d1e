// One decision for all failures of a list, one after the other, so that each is kept whatever becomes of the next.
import { useState } from "preact/hooks";
import { decideFailure, retryFailure } from "../api/client";
import type { FailureRow } from "../api/types";
import { forgetAnswers } from "../api/use_answer";
import { words } from "../words/pages";

type Decision = "retry" | "ignore";

export function DecideAll({ rows }: { rows: FailureRow[] }) {
  const [asked, setAsked] = useState<Decision | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const [failed, setFailed] = useState(0);
  const open = rows.filter((row) => row.state === "open");
  const text = words.failures.all;

  async function act(decision: Decision): Promise<void> {
    setAsked(null);
    setFailed(0);
    for (const [index, row] of open.entries()) {
      setDone(index);
      try {
        await (decision === "retry" ? retryFailure(row.id) : decideFailure(row.id, "ignored", row.note ?? ""));
      } catch {
        setFailed((before) => before + 1);
      }
    }
    setDone(null);
    forgetAnswers();
  }

  if (open.length < 2 && done === null && failed === 0) return null;
  return (
    <div class="actions">
      {done === null && asked === null && (
        <>
          <button type="button" onClick={() => setAsked("retry")}>
            {text.retry(open.length)}
          </button>
          <button type="button" onClick={() => setAsked("ignore")}>
            {text.ignore(open.length)}
          </button>
        </>
      )}
      {asked && (
        <>
          <span>{text[asked](open.length)}?</span>
          <button type="button" onClick={() => void act(asked)}>
            {text.yes}
          </button>
          <button type="button" onClick={() => setAsked(null)}>
            {words.filter.cancel}
          </button>
        </>
      )}
      <span role="status">
        {done !== null && text.at(done + 1, open.length)} {failed > 0 && text.failed(failed)}
      </span>
    </div>
  );
}
