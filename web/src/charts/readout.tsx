// The line above the bars: the numbers of the bar under the pointer or the keyboard, otherwise those of the window.
import type { TimePoint } from "../api/types";
import { Link, Messages } from "../components/text";
import { count } from "../format";
import { type Series, total } from "./series";

interface ReadoutProps {
  points: readonly TimePoint[];
  series: readonly Series[];
  when: string;
  notes: readonly string[];
  scope: URLSearchParams;
}
export function Readout({ points, series, when, notes, scope }: ReadoutProps) {
  return (
    <div class="readout">
      <span class="readout-when">
        {when} <Messages n={total(points, (point) => point.messages)} scope={scope} />{" "}
        {notes.map((note) => (
          <em key={note}>{note} </em>
        ))}
      </span>
      {series.map((one) => (
        <span key={one.key} class="readout-item" title={one.meaning}>
          {one.mark} {one.name} <Part n={total(points, one.of)} rows={one.rows(scope)} />
        </span>
      ))}
    </div>
  );
}

/** Messages of one series; a link to the rows behind them. */
export function Part({ n, rows }: { n: number; rows: URLSearchParams }) {
  if (n === 0) return <span class="number">0</span>;
  return (
    <Link to="records" query={rows} class="number">
      {count(n)}
    </Link>
  );
}
