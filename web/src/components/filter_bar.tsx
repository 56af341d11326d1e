// What the page is asked for: window, chips of filters, and a form that adds one. All of it lives in the URL.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Meta } from "../api/types";
import { go, usePlace } from "../navigation";
import { address, type Filter, type FilterField, filtersOf, negated, withKeys, withoutFilter } from "../query";
import { answering, searchHash } from "../shortcuts";
import { words } from "../words";
import { sayValue } from "../words/values";
import { later } from "./later";
import { RangePicker } from "./range_picker";
import { Link, Stranger } from "./text";

const AddFilter = later(async () => (await import("./add_filter")).AddFilter);

interface FilterBarProps {
  meta: Meta | null;
  comparable?: boolean;
  fixed?: FilterField | undefined; // what the path of the page says already
}

export function FilterBar({ meta, comparable, fixed }: FilterBarProps) {
  const { path, query } = usePlace();
  const [adding, setAdding] = useState<{ first: FilterField | null } | null>(location.hash === searchHash ? { first: "q" } : null);
  const button = useRef<HTMLButtonElement>(null);
  const filters = filtersOf(query);
  useEffect(() => answering({ filter: () => setAdding({ first: null }), search: () => setAdding({ first: "q" }) }), []);
  // Whoever closes the form by keyboard goes on from where it was opened.
  const close = () => {
    setAdding(null);
    setTimeout(() => button.current?.focus());
  };
  const compare = query.get("compare") === "previous";
  const compared = withKeys(query, { compare: compare ? null : "previous" });
  useEffect(() => (comparable ? answering({ compare: () => go(address(path, compared)) }) : undefined), [comparable, path, query]);
  return (
    <section class="filter-bar" aria-label={words.filter.label}>
      <RangePicker meta={meta} />
      {comparable && (
        <Link to={path} query={compared} class={"toggle" + (compare ? " on" : "")}>
          <span aria-hidden="true">{compare ? "☑" : "☐"}</span> {words.range.compare} <span class="faint">{words.range.compare_hint}</span>
        </Link>
      )}
      <div class="chips">
        {filters.map((filter) => (
          <Chip key={filter.field + filter.negated + filter.value} filter={filter} />
        ))}
        {filters.length > 1 && (
          <Link to={path} query={filters.reduce(withoutFilter, query)} class="clear">
            {words.filter.clear}
          </Link>
        )}
        {!adding && (
          <button type="button" ref={button} class="add-filter" onClick={() => setAdding({ first: null })}>
            + {words.filter.add}
          </button>
        )}
      </div>
      {adding && <AddFilter key={adding.first} fixed={fixed} first={adding.first} close={close} />}
    </section>
  );
}

function Chip({ filter }: { filter: Filter }) {
  const { path, query } = usePlace();
  const field = words.fields[filter.field];
  return (
    <span class={"chip" + (filter.negated ? " negated" : "")}>
      <Link to={path} query={negated(query, filter)} class="chip-turn">
        {field} {filter.negated ? "≠" : "="} <Stranger text={sayValue(filter)} />
      </Link>
      <Link to={path} query={withoutFilter(query, filter)} class="chip-remove" label={words.filter.remove(field, sayValue(filter))}>
        ×
      </Link>
    </span>
  );
}
