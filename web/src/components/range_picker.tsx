// Which days the page tells of.
import { useEffect, useState } from "preact/hooks";
import type { Meta } from "../api/types";
import { addDays, daysIn, isDay } from "../days";
import * as format from "../format";
import { go, usePlace } from "../navigation";
import { address, during, withKeys } from "../query";
import { words } from "../words";
import { Link } from "./text";

export const ranges = ["7d", "30d", "90d", "12m", "all"] as const;
export const defaultRange = "30d";

export function RangePicker({ meta }: { meta: Meta | null }) {
  const { path, query } = usePlace();
  const custom = query.has("from") || query.has("to");
  const chosen = custom ? null : (query.get("range") ?? defaultRange);
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [query]);
  useEffect(() => {
    const move = (by: -1 | 1) => () => {
      const next = meta && shifted(meta, by);
      if (next) go(address(path, withKeys(during(query, next.from, next.to), { interval: null })));
    };
    const earlier = move(-1);
    const later = move(1);
    document.addEventListener("ruadar:earlier", earlier);
    document.addEventListener("ruadar:later", later);
    return () => {
      document.removeEventListener("ruadar:earlier", earlier);
      document.removeEventListener("ruadar:later", later);
    };
  }, [meta, path, query]);
  const to = (range: string) => withKeys(query, { range: range === defaultRange ? null : range, from: null, to: null, interval: null });
  return (
    <div class="range-picker" role="group" aria-label={words.range.label}>
      <div class="segments">
        {ranges.map((range) => (
          <Link key={range} to={path} query={to(range)} current={range === chosen}>
            {words.range[range]}
          </Link>
        ))}
        <button type="button" aria-expanded={open} class={custom ? "current" : ""} onClick={() => setOpen(!open)}>
          {words.range.custom}
        </button>
      </div>
      {meta?.from && meta.to && (
        <span class="window">
          {format.days(meta.from, meta.to)}
          {meta.as_of && meta.as_of !== meta.to && <span class="faint"> ({words.range.as_of(format.shortDay(meta.as_of))})</span>}
        </span>
      )}
      {open && <CustomRange meta={meta} />}
    </div>
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
export function shifted(meta: Meta, by: -1 | 1): { from: string; to: string } | null {
  if (!meta.from || !meta.to) return null;
  const length = daysIn(meta.from, meta.to);
  let to = addDays(meta.to, by * length);
  if (meta.as_of && to > meta.as_of) to = meta.as_of;
  return to === meta.to ? null : { from: addDays(to, 1 - length), to };
}
