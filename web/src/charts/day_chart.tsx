// Messages by day, week or month, stacked by class or by the values of a field. One path for each keeps two years as
// light as two weeks.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { TimePoint, TimeseriesAnswer } from "../api/types";
import { judged, passed } from "../classes";
import { type Interval, lastDay } from "../days";
import * as format from "../format";
import { go, usePlace } from "../navigation";
import { address, during, withKeys } from "../query";
import { words } from "../words";
import { PointsTable } from "./points_table";
import { Readout } from "./readout";
import { seriesOf, type StackField } from "./series";
import { bars, labelled, type Size } from "./stack";
import { ZoomButtons } from "./zoom_buttons";

const low = 220;
const high = 320; // of charts so wide that they would look flat
const wide = 1500;

/** Something that happened on a day. */
export interface Mark {
  day: string;
  text: string;
}

interface DayChartProps {
  answer: TimeseriesAnswer;
  scope: URLSearchParams;
  by?: StackField | null; // what `answer` was asked to tell apart; otherwise the classes
  marks?: readonly Mark[];
  zoomable?: boolean; // false: the window of this chart is not that of the page
}

export function DayChart({ answer, scope, by = null, marks = [], zoomable = true }: DayChartProps) {
  const points = answer.data;
  const { interval } = answer.meta;
  const { path, query } = usePlace();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [active, setActive] = useState<number | null>(null);
  const [anchor, setAnchor] = useState<number | null>(null); // where a selection began
  const [tabled, setTabled] = useState(false);
  const height = width > wide ? high : low;
  const size: Size = { width, height, left: 44, bottom: 24, top: 8 };
  const series = useMemo(() => seriesOf(answer, by), [answer, by]);
  const drawn = useMemo(() => bars(points, size, series), [points, width, series]);
  useEffect(() => (setActive(null), setAnchor(null)), [points]);

  const end = answer.meta.to ?? points.at(-1)?.day ?? "";
  const span = (first: number, last: number): [string, string] => [
    points[first]?.day ?? end,
    lastDay(points[last]?.day ?? end, interval, end),
  ];
  const zoom = (from: string, to: string) => zoomable && go(address(path, withKeys(during(query, from, to), { interval: null })));
  const zoomTo = (first: number, last: number) => zoom(...span(Math.min(first, last), Math.max(first, last)));
  const marksAt = useMemo(() => marksOf(marks, points), [marks, points]);
  const notesAt = (index: number): string[] => {
    const incomplete = points[index] && sayIncomplete(points[index], answer);
    const happened = marksAt.get(index) ?? [];
    return incomplete ? [incomplete, ...happened] : happened;
  };

  const indexAt = (event: PointerEvent): number => {
    const box = frame.current?.getBoundingClientRect();
    const x = event.clientX - (box?.left ?? 0) - size.left;
    const index = Math.floor((x / Math.max(1, width - size.left)) * points.length);
    return Math.min(points.length - 1, Math.max(0, index));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = points.length - 1;
    const moves: Record<string, number> = {
      ArrowLeft: (active ?? last + 1) - 1,
      ArrowRight: (active ?? -1) + 1,
      Home: 0,
      End: last,
    };
    const next = moves[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (next !== undefined) {
      event.preventDefault();
      setAnchor(event.shiftKey ? (anchor ?? active ?? next) : null);
      setActive(Math.min(last, Math.max(0, next)));
    } else if (event.key === "Enter" && active !== null) {
      event.preventDefault();
      zoomTo(anchor ?? active, active);
    } else if (event.key === "Escape" && active !== null) {
      event.preventDefault();
      setActive(null);
      setAnchor(null);
    }
  };

  const chosen = active === null ? null : points[active];
  const band = active === null ? null : [Math.min(anchor ?? active, active), Math.max(anchor ?? active, active)] as const;

  return (
    <figure class="chart">
      {chosen && active !== null ? (
        <Readout points={[chosen]} series={series} when={sayInterval(chosen.day, interval)} notes={notesAt(active)} scope={during(scope, ...span(active, active))} />
      ) : (
        <Readout points={points} series={series} when={words.chart.total} notes={[]} scope={scope} />
      )}
      <div
        ref={frame}
        class="chart-frame"
        tabIndex={0}
        role="slider"
        aria-label={words.chart.label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, points.length - 1)}
        aria-valuenow={active ?? Math.max(0, points.length - 1)}
        aria-valuetext={sayPoint(points[active ?? points.length - 1], interval)}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setActive(indexAt(event))}
        onPointerLeave={() => anchor === null && setActive(null)}
        onPointerDown={(event) => {
          if (event.button !== 0 || !zoomable) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setAnchor(indexAt(event));
          setActive(indexAt(event));
        }}
        onPointerUp={(event) => {
          // A finger that only touches reads; one that moves selects.
          if (anchor !== null && zoomable && (event.pointerType !== "touch" || anchor !== indexAt(event))) zoomTo(anchor, indexAt(event));
          setAnchor(null);
        }}
        onPointerCancel={() => (setAnchor(null), setActive(null))}
      >
        <svg width={width} height={height} aria-hidden="true">
          {drawn.ticks.map((tick) => (
            <g key={tick} class="tick">
              <line x1={size.left} x2={width} y1={drawn.y(tick)} y2={drawn.y(tick)} />
              <text x={size.left - 8} y={drawn.y(tick)} dy="0.32em" text-anchor="end">
                {format.compact(tick)}
              </text>
            </g>
          ))}
          {band && (
            <rect
              class="active-band"
              x={drawn.left(band[0]) - 1.5}
              width={drawn.left(band[1]) - drawn.left(band[0]) + drawn.barWidth + 3}
              y={size.top}
              height={height - size.top - size.bottom}
            />
          )}
          {drawn.paths.map((d, index) => (
            <path key={series[index]?.key} class={"bar " + series[index]?.paint} d={d} />
          ))}
          {points.map((point, index) =>
            point.complete ? null : (
              <rect
                key={point.day}
                class="incomplete"
                x={drawn.left(index)}
                width={Math.max(1, drawn.barWidth)}
                y={size.top}
                height={height - size.top - size.bottom}
              />
            ),
          )}
          {[...marksAt].map(([index, texts]) => (
            <path key={index} class="mark" d={`M${drawn.left(index) + drawn.barWidth / 2} ${size.top + 4}l-5 -9h10z`}>
              <title>{texts.join(", ")}</title>
            </path>
          ))}
          {labelled(points, interval, width - size.left, interval === "month" ? 84 : 64).map((index) => (
            <text
              key={index}
              class="when"
              x={Math.min(width - (interval === "month" ? 28 : 20), drawn.left(index) + drawn.barWidth / 2)}
              y={height - 6}
              text-anchor="middle"
            >
              {interval === "month" ? format.month(points[index]?.day ?? end) : format.shortDay(points[index]?.day ?? end)}
            </text>
          ))}
        </svg>
      </div>
      <figcaption class="chart-foot">
        <details onToggle={(event) => setTabled(event.currentTarget.open)}>
          <summary>{words.chart.table}</summary>
          {tabled && <PointsTable points={points} series={series} notes={notesAt} interval={interval} scope={scope} end={end} />}
        </details>
        {marksAt.size > 0 && <span class="faint">▼ {words.chart.mark}</span>}
        {zoomable && answer.meta.from && answer.meta.to && (
          <ZoomButtons from={answer.meta.from} to={answer.meta.to} asOf={answer.meta.as_of ?? answer.meta.to} zoom={zoom} />
        )}
      </figcaption>
    </figure>
  );
}

/** What happened, by the index of the bar whose days it fell on. */
function marksOf(marks: readonly Mark[], points: readonly TimePoint[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const { day, text } of marks) {
    const index = points.findLastIndex((point) => point.day <= day);
    const texts = found.get(index) ?? [];
    if (index >= 0 && !texts.includes(text)) found.set(index, [...texts, text]);
  }
  return found;
}

function useWidth(frame: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setWidth(Math.max(200, Math.floor(element.clientWidth))));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return width;
}

function sayInterval(day: string, interval: Interval): string {
  if (interval === "month") return format.month(day);
  return interval === "week" ? `${words.chart.period.week} ${format.day(day)}` : format.fullDay(day);
}
function sayPoint(point: TimePoint | undefined, interval: Interval): string {
  if (!point) return words.chart.none;
  const rate = format.percent(passed(point), judged(point));
  return words.chart.at(sayInterval(point.day, interval), format.count(point.messages), rate);
}
function sayIncomplete(point: TimePoint, answer: TimeseriesAnswer): string | null {
  if (point.complete) return null;
  const usual = answer.meta.usual_reporters;
  return point.reporters < usual ? words.chart.incomplete(point.reporters, usual) : words.chart.incomplete_plain;
}
