// What is otherwise than before and needs a person: the server's rules find it, here it is put into words.
import { sum } from "d3-array";
import { useEffect, useState } from "preact/hooks";
import { api, pageBehind } from "../api/client";
import type { ChangeRow, ResultClass } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { failClasses, passClasses } from "../classes";
import * as format from "../format";
import { address, narrowed } from "../query";
import { newToday } from "../seen";
import { words } from "../words";
import { Panel } from "./panel";
import { Downloads } from "./table";
import { domainPath, Link, reporterPath, sourcePath, Stranger } from "./text";

const shownAtFirst = 8;
const marks = { critical: "!", warning: "?", info: "i" } as const;
const rank = { critical: 0, warning: 1, info: 2 } as const;

export function AttentionList({ scope }: { scope: URLSearchParams }) {
  const question = api.changes(scope.getAll("domain"));
  const { value } = useAnswer(question);
  const [all, setAll] = useState(false);
  const [unseen, setUnseen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (value) setUnseen(newToday(value.data.map((one) => one.id), new Date().toISOString().slice(0, 10)));
  }, [value]);
  if (!value) return null;
  const found = inOneLine(value.data).sort((a, b) => rank[a.level] - rank[b.level]); // the newest first within a level
  const shown = all ? found : found.slice(0, shownAtFirst);
  return (
    <Panel
      class="attention"
      title={
        <>
          {words.overview.attention} {found.length > 0 && <span class="badge">{found.length}</span>}{" "}
          {value.meta.from && <span class="hint">{words.attention.since(format.shortDay(value.meta.from))}</span>}
        </>
      }
      actions={<Downloads of={question} />}
    >
      {found.length === 0 ? (
        <p class="calm">{words.overview.calm}</p>
      ) : (
        <ul>
          {shown.map((one) => (
            <li key={one.id} class={one.level}>
              <span class="attention-mark" role="img" aria-label={words.attention.levels[one.level]}>
                {marks[one.level]}
              </span>{" "}
              <span>
                {unseen.has(one.id) && <strong class="new">{words.attention.unseen} </strong>}
                {sentence(one)}{" "}
                <a class="nowrap" href={evidence(one)}>{words.attention.why}</a>
              </span>
            </li>
          ))}
        </ul>
      )}
      {shown.length < found.length && (
        <button type="button" class="small quiet" onClick={() => setAll(true)}>
          {words.attention.more(format.count(found.length - shown.length))}
        </button>
      )}
    </Panel>
  );
}

// What could not be read comes reason by reason; the way to it is one page.
function inOneLine(rows: readonly ChangeRow[]): ChangeRow[] {
  const unread = rows.filter((row) => row.code === "failures_open");
  const [first] = unread;
  const others = rows.filter((row) => row.code !== "failures_open");
  if (!first) return others;
  const failures = sum(unread, (row) => row.numbers.failures ?? 0);
  return [{ ...first, numbers: { failures }, evidence: "ingest/failures" }, ...others];
}

// The page of the rows behind it; of these classes alone, where they are given.
function evidence(of: ChangeRow, classes?: readonly ResultClass[]): string {
  const page = pageBehind(of.evidence);
  if (page.startsWith("ingest/mailboxes")) return "ingest";
  if (!classes) return page;
  const [path = "", query] = page.split("?");
  return address(path, narrowed(new URLSearchParams(query), "class", ...classes));
}

function sentence(of: ChangeRow) {
  const text = words.attention;
  const n = (name: string) => of.numbers[name] ?? 0;
  const rate = (suffix: string) => format.percent(n("passed" + suffix), n("passed" + suffix) + n("failed" + suffix));
  const domain = <Link to={domainPath(of.domain ?? "")}><Stranger text={of.domain} /></Link>;
  const source = <Link to={sourcePath(of.subject ?? "")}><Stranger text={of.subject} /></Link>;
  // Those that the rows behind it add up to.
  const linked = (name: string, classes?: readonly ResultClass[]) => (
    <a class="number" href={evidence(of, classes)}>
      {format.count(n(name))}
    </a>
  );
  const passing = (
    <a class="number" href={evidence(of, passClasses)}>
      {rate("")}
    </a>
  );
  const p = (policy: ChangeRow["policy_now"]) => policy?.p ?? words.not_said;
  switch (of.code) {
    case "policy_changed":
      return text.policy_changed(domain, p(of.policy_before), p(of.policy_now), format.shortDay(of.day));
    case "pass_rate_dropped":
      return text.rate_dropped(domain, rate("_before"), passing, linked("failed", failClasses));
    case "source_rate_dropped":
      return text.source_dropped(source, domain, rate("_before"), passing, linked("failed", failClasses));
    case "new_source":
      return text.new_source(source, domain, linked("messages"), linked("failed", failClasses), format.shortDay(of.day));
    case "new_selector":
      return text.new_selector(<Stranger text={of.subject} />, domain, linked("messages"));
    case "reporter_silent":
      return text.reporter_silent(
        <Link to={reporterPath(of.subject ?? "")}><Stranger text={of.subject} /></Link>,
        n("silent_days"),
        n("days_with_reports"),
        n("of_days"),
      );
    case "failures_open":
      return text.failures_open(n("failures"), linked("failures"));
    case "mailbox_trouble":
      return text.mailbox(<Stranger text={of.subject} />, <Stranger text={of.error} />);
    default:
      return of.sentence; // a rule that this page does not know yet
  }
}
