// Who told of a source, day by day: a line of bars for each reporter, each on a scale of its own, and all of it as a table.
import { max } from "d3-array";
import { useMemo, useState } from "preact/hooks";
import type { TimePoint, TimeseriesAnswer } from "../api/types";
import { Link, reporterPath, Stranger } from "../components/text";
import * as format from "../format";
import { go } from "../navigation";
import { address, during, narrowed } from "../query";
import { words } from "../words/pages";
import { PointsTable } from "./points_table";
import { Part } from "./readout";
import { keySeries, type Series, total } from "./series";

const height = 22;

interface ReporterDaysProps {
  answer: TimeseriesAnswer; // of days, by reporter
  scope: URLSearchParams;
}
export function ReporterDays({ answer, scope }: ReporterDaysProps) {
  const points = answer.data;
  const series = useMemo(() => keySeries("reporter", answer.keys ?? []), [answer]);
  const [active, setActive] = useState<number | null>(null);
  const [tabled, setTabled] = useState(false);
  const first = points[0]?.day;
  const last = points.at(-1)?.day;
  if (!first || !last) return null;
  const day = active === null ? undefined : points[active];
  const shown = day ? [day] : points;
  const rows = day ? during(scope, day.day, day.day) : scope;
  return (
    <figure class="chart">
      <table class="bars reporter-days" onPointerLeave={() => setActive(null)}>
        <caption class="visually-hidden">{words.source.saw_days}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.reporter}</th>
            <th scope="col">{format.days(first, last)}</th>
            <th scope="col" class="number">{day ? format.shortDay(day.day) : words.columns.messages}</th>
          </tr>
        </thead>
        <tbody>
          {series.map((one) => (
            <tr key={one.key}>
              <th scope="row">
                {one.key === "other" ? (
                  <span class="faint">{one.name}</span>
                ) : (
                  <Link to={reporterPath(one.key)} query={narrowed(scope, "reporter")}>
                    <Stranger text={one.name} />
                  </Link>
                )}
              </th>
              <td class="bar-cell">
                <Days points={points} of={one} scope={scope} active={active} activate={setActive} />
              </td>
              <td class="number">
                <Part n={total(shown, one.of)} rows={one.rows(rows)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <figcaption class="chart-foot">
        <details onToggle={(event) => setTabled(event.currentTarget.open)}>
          <summary>{words.chart.table}</summary>
          {tabled && <PointsTable points={points} series={series} notes={() => []} interval="day" scope={scope} end={last} />}
        </details>
        <span class="faint">{words.source.saw_days_hint}</span>
      </figcaption>
    </figure>
  );
}

interface DaysProps {
  points: readonly TimePoint[];
  of: Series;
  scope: URLSearchParams;
  active: number | null;
  activate: (index: number) => void;
}
/** For the eye and the pointer; the table below has the same numbers and links. */
function Days({ points, of, scope, active, activate }: DaysProps) {
  const bars = useMemo(() => {
    const most = max(points, of.of) || 1;
    const bar = (n: number, x: number) => `M${x} ${height}v${-Math.max(2, (n / most) * (height - 2)).toFixed(1)}h.8V${height}z`;
    return points.map((point, x) => (of.of(point) > 0 ? bar(of.of(point), x) : `M${x} ${height - 1}h.8v1h-.8z`)).join("");
  }, [points, of]);
  const indexAt = (event: MouseEvent & { currentTarget: Element }): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(points.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * points.length)));
  };
  const follow = (point: TimePoint | undefined) => {
    if (point && of.of(point) > 0) go(address("records", of.rows(during(scope, point.day, point.day))));
  };
  return (
    <svg
      aria-hidden="true"
      width="100%"
      height={height}
      viewBox={`0 0 ${points.length} ${height}`}
      preserveAspectRatio="none"
      onPointerMove={(event) => activate(indexAt(event))}
      onClick={(event) => follow(points[indexAt(event)])}
    >
      {active !== null && <rect class="active-band" x={active - 0.1} width="1" height={height} />}
      <path class="bar combined-pass" d={bars} />
    </svg>
  );
}
