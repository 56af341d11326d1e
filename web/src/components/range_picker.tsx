// Which days the page tells of.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Meta } from "../api/types";
import { addDays, type Days, daysIn, isDay } from "../days";
import * as format from "../format";
import { go, usePlace } from "../navigation";
import { address, during, withKeys } from "../query";
import { answering } from "../shortcuts";
import { words } from "../words";
import { Link } from "./text";

export const ranges = ["7d", "30d", "90d", "12m", "all"] as const;
export const defaultRange = "30d";

export function RangePicker({ meta }: { meta: Meta | null }) {
  const { path, query } = usePlace();
  const custom = query.has("from") || query.has("to");
  const chosen = custom ? null : (query.get("range") ?? defaultRange);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => setOpen(false), [query]);
  const earlier = meta && shifted(meta, -1);
  const later = meta && shifted(meta, 1);
  const to = (range: string) => withKeys(query, { range: range === defaultRange ? null : range, from: null, to: null, interval: null });
  const shown = (next: Days | null) => next && withKeys(during(query, next.from, next.to), { interval: null });
  useEffect(() => {
    const move = (next: Days | null) => () => {
      const place = shown(next);
      if (place) go(address(path, place));
    };
    const show = (range: string) => () => go(address(path, to(range)));
    return answering({ earlier: move(earlier), later: move(later), days: show("7d"), weeks: show("30d"), months: show("90d") });
  }, [meta, path, query]);
  return (
    <div
      class="range-picker"
      role="group"
      aria-label={words.range.label}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <div class="segments">
        {ranges.map((range) => (
          <Link key={range} to={path} query={to(range)} current={range === chosen}>
            {words.range[range]}
          </Link>
        ))}
        <button ref={button} type="button" aria-expanded={open} class={custom ? "current" : ""} onClick={() => setOpen(!open)}>
          {words.range.custom}
        </button>
      </div>
      {meta?.from && meta.to && (
        <span class="window">
          <Step label={words.chart.earlier} to={shown(earlier)}>
            ‹
          </Step>{" "}
          {format.days(meta.from, meta.to)}{" "}
          <Step label={words.chart.later} to={shown(later)}>
            ›
          </Step>
          {meta.as_of && <span class={"faint" + (meta.as_of === meta.to ? " print-only" : "")}> ({words.range.as_of(format.shortDay(meta.as_of))})</span>}
        </span>
      )}
      {open && <CustomRange meta={meta} />}
    </div>
  );
}

// A link where there is such a period, otherwise its place.
function Step({ label, to, children }: { label: string; to: URLSearchParams | null; children: string }) {
  const { path } = usePlace();
  if (!to)
    return (
      <span class="step" aria-hidden="true">
        {children}
      </span>
    );
  return (
    <Link to={path} query={to} label={label} class="step">
      {children}
    </Link>
  );
}

function CustomRange({ meta }: { meta: Meta | null }) {
  const { path, query } = usePlace();
  const [from, setFrom] = useState(query.get("from") ?? meta?.from ?? "");
  const [to, setTo] = useState(query.get("to") ?? meta?.to ?? "");
  const good = isDay(from) && isDay(to) && from <= to;
  return (
    <form
      class="custom-range"
      onSubmit={(event) => {
        event.preventDefault();
        if (good) go(address(path, withKeys(during(query, from, to), { interval: null })));
      }}
    >
      <label>
        {words.range.from} <input type="date" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label>
        {words.range.to} <input type="date" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
      <button type="submit" disabled={!good}>
        {words.range.apply}
      </button>
    </form>
  );
}

/** The window of the same length before (-1) or after (1) this one, not beyond the newest report. */
export function shifted(meta: Meta, by: -1 | 1): Days | null {
  if (!meta.from || !meta.to) return null;
  const length = daysIn(meta.from, meta.to);
  let to = addDays(meta.to, by * length);
  if (meta.as_of && to > meta.as_of) to = meta.as_of;
  return to === meta.to ? null : { from: addDays(to, 1 - length), to };
}
