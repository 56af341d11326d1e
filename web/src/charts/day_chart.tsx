// Messages by day, week or month, stacked by class. One path for each class keeps two years as light as two weeks. The
// line above the bars tells the numbers of the bar under the pointer or the keyboard, otherwise those of the window.
import { sum } from "d3-array";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Classes, TimePoint, TimeseriesAnswer } from "../api/types";
import { judged, passed, resultClasses } from "../classes";
import { ClassIcon } from "../components/class_mark";
import { Messages } from "../components/text";
import { addDays, daysIn, lastDay, type Interval } from "../days";
import * as format from "../format";
import { go, usePlace } from "../navigation";
import { address, during, withKeys } from "../query";
import { words } from "../words";
import { bars, labelled, type Size } from "./stack";

const height = 220;

interface DayChartProps {
  answer: TimeseriesAnswer;
  scope: URLSearchParams;
  zoomable?: boolean; // false: the window of this chart is not that of the page
}

export function DayChart({ answer, scope, zoomable = true }: DayChartProps) {
  const points = answer.data;
  const { interval } = answer.meta;
  const { path, query } = usePlace();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [active, setActive] = useState<number | null>(null);
  const [anchor, setAnchor] = useState<number | null>(null); // where a selection began
  const [tabled, setTabled] = useState(false);
  const size: Size = { width, height, left: 44, bottom: 24, top: 8 };
  const drawn = useMemo(() => bars(points, size), [points, width]);
  useEffect(() => (setActive(null), setAnchor(null)), [points]);

  const end = answer.meta.to ?? points.at(-1)?.day ?? "";
  const span = (first: number, last: number): [string, string] => [
    points[first]?.day ?? end,
    lastDay(points[last]?.day ?? end, interval, end),
  ];
  const zoom = (from: string, to: string) => zoomable && go(address(path, withKeys(during(query, from, to), { interval: null })));
  const zoomTo = (first: number, last: number) => zoom(...span(Math.min(first, last), Math.max(first, last)));

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
    } else if (event.key === "Escape") {
      setActive(null);
      setAnchor(null);
    }
  };

  const chosen = active === null ? null : points[active];
  const when = chosen && active !== null ? sayInterval(chosen.day, interval) : null;
  const band = active === null ? null : [Math.min(anchor ?? active, active), Math.max(anchor ?? active, active)] as const;

  return (
    <figure class="chart">
      <Readout
        point={chosen ?? totals(points)}
        when={when ?? words.chart.total}
        note={chosen ? sayIncomplete(chosen, answer) : null}
        scope={chosen && active !== null ? during(scope, ...span(active, active)) : scope}
      />
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
          if (anchor !== null && zoomable && event.pointerType !== "touch") zoomTo(anchor, indexAt(event));
          else if (anchor !== null && anchor !== indexAt(event)) zoomTo(anchor, indexAt(event));
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
          {drawn.paths.map(({ name, path: d }) => (
            <path key={name} class={"bar " + name} d={d} />
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
          {tabled && <PointsTable points={points} interval={interval} scope={scope} end={end} />}
        </details>
        {zoomable && answer.meta.from && answer.meta.to && (
          <ZoomButtons from={answer.meta.from} to={answer.meta.to} asOf={answer.meta.as_of ?? answer.meta.to} zoom={zoom} />
        )}
      </figcaption>
    </figure>
  );
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

function totals(points: readonly TimePoint[]): Classes {
  const all = (name: keyof Classes) => sum(points, (point) => point[name]);
  return {
    messages: all("messages"),
    pass_both: all("pass_both"),
    pass_one: all("pass_one"),
    fail_delivered: all("fail_delivered"),
    fail_stopped: all("fail_stopped"),
    unknown: all("unknown"),
  };
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

interface ReadoutProps {
  point: Classes;
  when: string;
  note: string | null;
  scope: URLSearchParams;
}
function Readout({ point, when, note, scope }: ReadoutProps) {
  return (
    <div class="readout">
      <span class="readout-when">
        {when} <Messages n={point.messages} scope={scope} /> {note && <em>{note}</em>}
      </span>
      {resultClasses
        .filter((name) => name !== "unknown" || point.unknown > 0)
        .map((name) => (
          <span key={name} class="readout-item" title={words.class_meaning[name]}>
            <ClassIcon name={name} /> {words.classes[name]} <Messages n={point[name]} scope={scope} classes={[name]} />
          </span>
        ))}
    </div>
  );
}

interface ZoomProps {
  from: string;
  to: string;
  asOf: string;
  zoom: (from: string, to: string) => void;
}
function ZoomButtons({ from, to, asOf, zoom }: ZoomProps) {
  const length = daysIn(from, to);
  const quarter = Math.max(1, Math.floor(length / 4));
  const wider = addDays(to, Math.ceil(length / 2));
  const outTo = wider > asOf ? asOf : wider;
  const laterTo = addDays(to, length) > asOf ? asOf : addDays(to, length);
  return (
    <div class="buttons" role="group">
      <button type="button" onClick={() => zoom(addDays(from, -length), addDays(from, -1))}>
        ‹ {words.chart.earlier}
      </button>
      <button type="button" disabled={to >= asOf} onClick={() => zoom(addDays(laterTo, 1 - length), laterTo)}>
        {words.chart.later} ›
      </button>
      <button type="button" disabled={length < 3} onClick={() => zoom(addDays(from, quarter), addDays(to, -quarter))}>
        {words.chart.zoom_in}
      </button>
      <button type="button" onClick={() => zoom(addDays(outTo, 1 - 2 * length), outTo)}>
        {words.chart.zoom_out}
      </button>
    </div>
  );
}

interface PointsTableProps {
  points: readonly TimePoint[];
  interval: Interval;
  scope: URLSearchParams;
  end: string;
}
function PointsTable({ points, interval, scope, end }: PointsTableProps) {
  const names = resultClasses.filter((name) => name !== "unknown" || points.some((point) => point.unknown > 0));
  return (
    <div class="table-frame tall">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">{words.chart.period[interval]}</th>
            <th scope="col" class="number">{words.columns.messages}</th>
            {names.map((name) => (
              <th scope="col" class="number" key={name}>
                {words.classes[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => {
            const rows = during(scope, point.day, lastDay(point.day, interval, end));
            return (
              <tr key={point.day}>
                <th scope="row">
                  {interval === "month" ? format.month(point.day) : format.day(point.day)}
                  {point.complete ? "" : ` (${words.chart.incomplete_plain})`}
                </th>
                <td class="number">
                  <Messages n={point.messages} scope={rows} />
                </td>
                {names.map((name) => (
                  <td class="number" key={name}>
                    <Messages n={point[name]} scope={rows} classes={[name]} />
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
