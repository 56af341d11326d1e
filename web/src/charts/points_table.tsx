// The twin of the bars: the same numbers as a table.
import type { TimePoint } from "../api/types";
import { Messages } from "../components/text";
import { type Interval, lastDay } from "../days";
import * as format from "../format";
import { during } from "../query";
import { words } from "../words";
import { Part } from "./readout";
import type { Series } from "./series";

interface PointsTableProps {
  points: readonly TimePoint[];
  series: readonly Series[];
  notes: (index: number) => readonly string[];
  interval: Interval;
  scope: URLSearchParams;
  end: string;
}
export function PointsTable({ points, series, notes, interval, scope, end }: PointsTableProps) {
  return (
    <div class="table-frame tall" tabIndex={0} role="region" aria-label={words.chart.title[interval]}>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">{words.chart.period[interval]}</th>
            <th scope="col" class="number">{words.columns.messages}</th>
            {series.map((one) => (
              <th scope="col" class="number" key={one.key}>
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point, index) => {
            const rows = during(scope, point.day, lastDay(point.day, interval, end));
            return (
              <tr key={point.day}>
                <th scope="row">
                  {interval === "month" ? format.month(point.day) : format.day(point.day)}
                  {notes(index).map((note) => ` (${note})`)}
                </th>
                <td class="number">
                  <Messages n={point.messages} scope={rows} />
                </td>
                {series.map((one) => (
                  <td class="number" key={one.key}>
                    <Part n={one.of(point)} rows={one.rows(rows)} />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
