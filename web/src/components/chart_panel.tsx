// Messages over time in the window of the page, with what changes how they are shown.
import { api } from "../api/client";
import type { Meta } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { DayChart, type Mark } from "../charts/day_chart";
import { type StackField, stackFields } from "../charts/series";
import { go, usePlace } from "../navigation";
import { address, withKeys } from "../query";
import { words } from "../words";
import { IntervalPicker, useInterval } from "./interval_picker";
import { Await, Panel } from "./panel";
import { Downloads } from "./table";

const toldApart = 8; // values of a field; the others together are one

interface ChartPanelProps {
  meta: Meta;
  scope: URLSearchParams;
  fixed?: StackField; // what the page is about: there is only one
  marks?: readonly Mark[];
}
export function ChartPanel({ meta, scope, fixed, marks }: ChartPanelProps) {
  const { path, query } = usePlace();
  const interval = useInterval(meta);
  const offered = stackFields.filter((field) => field !== fixed);
  const by = offered.find((field) => field === query.get("by")) ?? null;
  const question = api.timeseries(scope, interval, by, by && toldApart);
  const answer = useAnswer(question);
  return (
    <Panel
      title={words.chart.title[interval]}
      actions={
        <>
          <label class="faint">
            {words.chart.by}{" "}
            <select class="small" value={by ?? ""} onChange={(event) => go(address(path, withKeys(query, { by: event.currentTarget.value || null })))}>
              <option value="">{words.fields.class}</option>
              {offered.map((field) => (
                <option key={field} value={field}>
                  {words.fields[field]}
                </option>
              ))}
            </select>
          </label>
          <IntervalPicker chosen={interval} />
          <Downloads of={question} />
        </>
      }
    >
      <Await of={answer}>
        {(value) => <DayChart answer={value} scope={scope} by={value.keys ? by : null} {...(marks ? { marks } : {})} />}
      </Await>
    </Panel>
  );
}
