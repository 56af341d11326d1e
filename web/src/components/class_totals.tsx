// The answer in a sentence, and the classes it is made of.
import type { ResultClass, SummaryAnswer } from "../api/types";
import { failClasses, failed, judged, passClasses, passRate, shown } from "../classes";
import type { Comparison } from "../comparison";
import * as format from "../format";
import { words } from "../words";
import { ClassIcon } from "./class_mark";
import { Messages, PassRate } from "./text";

interface TotalsProps {
  answer: SummaryAnswer;
  scope: URLSearchParams;
  comparison?: Comparison | null;
}

export function RateSentence({ answer, scope, comparison }: TotalsProps) {
  const totals = answer.data;
  if (totals.messages === 0) return <p>{words.overview.no_mail}</p>;
  const all = judged(totals);
  const rate = <PassRate of={totals} scope={scope} class="big" />;
  const messages = <Messages n={all} scope={scope} {...(totals.unknown > 0 ? { classes: [...passClasses, ...failClasses] } : {})} />;
  const part = (name: ResultClass) => <Messages n={totals[name]} scope={scope} classes={[name]} />;
  return (
    <p>
      {totals.unknown > 0 ? words.overview.answer_judged(rate, messages) : words.overview.answer(rate, messages)}{" "}
      {failed(totals) > 0
        ? words.overview.failed(
            <Messages n={failed(totals)} scope={scope} classes={failClasses} />,
            part("fail_delivered"),
            part("fail_stopped"),
          )
        : words.overview.none_failed}{" "}
      {totals.unknown > 0 && words.overview.unjudged(part("unknown"))}
      {comparison && <Compared of={comparison} />}
    </p>
  );
}

function Compared({ of }: { of: Comparison }) {
  const now = passRate(of.now);
  const then = passRate(of.before);
  if (now === null || then === null) return null;
  const difference = 100 * (now - then);
  return (
    <span class="compared">
      {" "}
      {words.overview.compared(
        <strong class={difference < 0 ? "worse" : "better"}>{format.points(difference)}</strong>,
        format.days(of.from, of.to),
      )}
      {of.until && words.overview.compared_until(format.shortDay(of.until))}
    </span>
  );
}

export function ClassTiles({ answer, scope, comparison }: TotalsProps) {
  const totals = answer.data;
  if (totals.messages === 0) return null;
  return (
    <ul class="class-tiles">
      {shown(totals).map((name) => (
        <li key={name} class={"class-tile " + name}>
          <span class="class-tile-name">
            <ClassIcon name={name} /> {words.classes[name]}
          </span>
          <span class="class-tile-share">{format.percent(totals[name], totals.messages)}</span>
          <span class="class-tile-count">
            <Messages n={totals[name]} scope={scope} classes={[name]} />
            {comparison && comparison.now.messages > 0 && comparison.before.messages > 0 && (
              <span class="faint">
                {" "}
                {format.points(100 * (comparison.now[name] / comparison.now.messages - comparison.before[name] / comparison.before.messages))}
              </span>
            )}
          </span>
          <span class="class-tile-meaning">{words.class_meaning[name]}</span>
        </li>
      ))}
    </ul>
  );
}
