// The raw picture of authentication, what passed in which combination, and how results went by month.
import { max } from "d3-array";
import { api } from "../api/client";
import type { BreakdownAnswer } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { DayChart } from "../charts/day_chart";
import * as format from "../format";
import { narrowed, withKeys } from "../query";
import { words } from "../words";
import { Await, Panel } from "./panel";
import { Downloads } from "./table";
import { Messages } from "./text";

export function AuthenticationPicture({ scope }: { scope: URLSearchParams }) {
  const combinations = api.breakdown(scope, "combination", { limit: 20 });
  const year = withKeys(scope, { range: "12m", from: null, to: null });
  const months = api.timeseries(year, "month");
  const bars = useAnswer(combinations);
  const trend = useAnswer(months);
  return (
    <div class="columns">
      <Panel title={words.overview.combinations} actions={<Downloads of={combinations} />}>
        <p class="hint">{words.overview.combinations_hint}</p>
        <Await of={bars}>{(value) => <CombinationBars answer={value} scope={scope} />}</Await>
      </Panel>
      <Panel title={words.overview.trend} actions={<Downloads of={months} />}>
        <Await of={trend}>{(value) => <DayChart answer={value} scope={year} zoomable={false} />}</Await>
      </Panel>
    </div>
  );
}

function kindOf(combination: string): string {
  if (combination.startsWith("dmarc")) return "combined-pass";
  return combination.startsWith("!") || combination === "none" ? "combined-fail" : "combined-unaligned";
}

function CombinationBars({ answer, scope }: { answer: BreakdownAnswer; scope: URLSearchParams }) {
  const most = max(answer.data, (row) => row.messages) || 1;
  const all = answer.meta.total_messages;
  return (
    <table class="bars">
      <caption class="visually-hidden">{words.overview.combinations}</caption>
      <tbody>
        {answer.data.map((row) => (
          <tr key={row.key}>
            <th scope="row">{words.combinations[row.key ?? "none"] ?? row.label}</th>
            <td class="bar-cell" aria-hidden="true">
              <svg width="100%" height="12">
                <rect class={"bar " + kindOf(row.key ?? "none")} width={`${Math.max(0.5, (100 * row.messages) / most)}%`} height="12" />
              </svg>
            </td>
            <td class="number">
              <Messages n={row.messages} scope={narrowed(scope, "combination", row.key ?? "none")} />
            </td>
            <td class="number faint">{format.percent(row.messages, all)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
