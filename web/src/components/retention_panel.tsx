// How long reports are kept, and what was let go of. The configuration decides; here it is told.
import { retention } from "../api/access";
import type { Retention } from "../api/types";
import { useAnswer } from "../api/use_answer";
import * as format from "../format";
import { words } from "../words/pages";
import { type Fact, Facts } from "./facts";
import { Panel } from "./panel";

export function RetentionPanel() {
  const { value } = useAnswer(retention());
  if (!value) return null; // those who see some domains only are not told
  return (
    <Panel title={words.retention.title}>
      <p>{value.data.days === 0 ? words.retention.for_ever : words.retention.days(value.data.days)}</p>
      <Facts of={facts(value.data)} />
      <p class="hint">{words.retention.hint}</p>
    </Panel>
  );
}

function facts(of: Retention): Fact[] {
  const text = words.retention;
  const last = of.last;
  return [
    [text.first_day, of.first_day && format.day(of.first_day)],
    [text.rollups, of.days === 0 ? null : of.keep_rollups ? text.rollups_kept : text.rollups_gone],
    [text.state, of.days === 0 ? null : text.states[of.state]],
    [text.message, of.message],
    [
      text.last,
      last && (
        <>
          {format.moment(last.ended_at)} <span class="faint">({text.kinds[last.kind]})</span>:{" "}
          {text.gone(format.day(last.before), format.count(last.reports), format.count(last.records), format.bytes(last.original_bytes))}
        </>
      ),
    ],
  ];
}
