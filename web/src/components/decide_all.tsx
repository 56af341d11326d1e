// One decision for all open failures of a reason code, however many pages they fill. Each is kept whatever becomes of the
// next.
import { useState } from "preact/hooks";
import { decideFailures } from "../api/client";
import { forgetAnswers } from "../api/use_answer";
import { words } from "../words/pages";

type Decision = "retry" | "ignore";

/** open: how many there are. */
export function DecideAll({ code, open }: { code: string | null; open: number }) {
  const [asked, setAsked] = useState<Decision | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const [failed, setFailed] = useState(0);
  const text = words.failures.all;

  async function act(decision: Decision): Promise<void> {
    setAsked(null);
    setFailed(0);
    let at = 0;
    let cursor: string | null = null;
    try {
      do {
        setDone(at);
        const page = await decideFailures(decision, code, cursor);
        at += page.data.length;
        const unchanged = page.data.filter((one) => one.state === "unchanged").length;
        setFailed((before) => before + unchanged);
        cursor = page.page.next_cursor;
      } while (cursor !== null);
    } catch {
      setFailed((before) => before + Math.max(1, open - at));
    }
    setDone(null);
    forgetAnswers();
  }

  if (open < 2 && done === null && failed === 0) return null;
  return (
    <div class="actions">
      {done === null && asked === null && (
        <>
          <button type="button" onClick={() => setAsked("retry")}>
            {text.retry(open)}
          </button>
          <button type="button" onClick={() => setAsked("ignore")}>
            {text.ignore(open)}
          </button>
        </>
      )}
      {asked && (
        <>
          <span>{text[asked](open)}?</span>
          <button type="button" onClick={() => void act(asked)}>
            {text.yes}
          </button>
          <button type="button" onClick={() => setAsked(null)}>
            {words.filter.cancel}
          </button>
        </>
      )}
      <span role="status">
        {done !== null && text.at(done + 1, open)} {failed > 0 && text.failed(failed)}
      </span>
    </div>
  );
}
