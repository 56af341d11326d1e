// Days, weeks or months: what the URL says, otherwise what suits the window.
import type { Meta } from "../api/types";
import { daysIn, type Interval, intervalFor } from "../days";
import { usePlace } from "../navigation";
import { withKeys } from "../query";
import { words } from "../words";
import { Link } from "./text";

const intervals = ["day", "week", "month"] as const;

export function useInterval(meta: Meta): Interval {
  const { query } = usePlace();
  const asked = intervals.find((interval) => interval === query.get("interval"));
  return asked ?? (meta.from && meta.to ? intervalFor(daysIn(meta.from, meta.to)) : "day");
}

export function IntervalPicker({ chosen }: { chosen: Interval }) {
  const { path, query } = usePlace();
  return (
    <span class="segments" role="group" aria-label={words.chart.interval_label}>
      {intervals.map((interval) => (
        <Link key={interval} to={path} query={withKeys(query, { interval })} current={interval === chosen}>
          {words.chart.interval[interval]}
        </Link>
      ))}
    </span>
  );
}
