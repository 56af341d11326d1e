// What dragging over bars does, for those who do not drag (WCAG 2.5.7).
import { addDays, daysIn } from "../days";
import { words } from "../words";

interface ZoomProps {
  from: string;
  to: string;
  asOf: string;
  zoom: (from: string, to: string) => void;
}
export function ZoomButtons({ from, to, asOf, zoom }: ZoomProps) {
  const length = daysIn(from, to);
  const quarter = Math.max(1, Math.floor(length / 4));
  const wider = addDays(to, Math.ceil(length / 2));
  const outTo = wider > asOf ? asOf : wider;
  return (
    <div class="buttons" role="group" aria-label={words.chart.zoom}>
      <button type="button" disabled={length < 3} onClick={() => zoom(addDays(from, quarter), addDays(to, -quarter))}>
        {words.chart.zoom_in}
      </button>
      <button type="button" onClick={() => zoom(addDays(outTo, 1 - 2 * length), outTo)}>
        {words.chart.zoom_out}
      </button>
    </div>
  );
}
