// What the page is asked for: window, chips of filters, and a form that adds one. All of it lives in the URL.
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Meta } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { resultClasses } from "../classes";
import { count } from "../format";
import { go, usePlace } from "../navigation";
import { address, type Filter, type FilterField, filterFields, filtersOf, negated, scopeOf, withFilter, withKeys, withoutFilter } from "../query";
import { words } from "../words";
import { sayValue } from "../words/values";
import { RangePicker } from "./range_picker";
import { Link, Stranger } from "./text";

interface FilterBarProps {
  meta: Meta | null;
  comparable?: boolean;
  fixed?: FilterField | undefined; // what the path of the page says already
}

export function FilterBar({ meta, comparable, fixed }: FilterBarProps) {
  const { path, query } = usePlace();
  const [adding, setAdding] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const filters = filtersOf(query);
  useEffect(() => setAdding(false), [query]);
  useEffect(() => {
    const open = () => setAdding(true);
    document.addEventListener("ruadar:filter", open);
    return () => document.removeEventListener("ruadar:filter", open);
  }, []);
  const compare = query.get("compare") === "previous";
  return (
    <section class="filter-bar" aria-label={words.filter.label}>
      <RangePicker meta={meta} />
      {comparable && (
        <Link to={path} query={withKeys(query, { compare: compare ? null : "previous" })} class={"toggle" + (compare ? " on" : "")}>
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
          <button type="button" ref={button} class="add-filter" onClick={() => setAdding(true)}>
            + {words.filter.add}
          </button>
        )}
      </div>
      {adding && <AddFilter fixed={fixed} close={() => setAdding(false)} />}
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

// Which breakdown knows the values of a field; the others are typed.
const breakdowns: Partial<Record<FilterField, string>> = {
  domain: "domain",
  reporter: "reporter",
  ip: "ip",
  policy: "policy",
  header_from: "header_from",
  envelope_from: "envelope_from",
  envelope_to: "envelope_to",
  dkim_domain: "dkim_domain",
  dkim_selector: "dkim_selector",
  spf_domain: "spf_domain",
  override: "override",
  combination: "combination",
  country: "country",
  asn: "asn",
};
const closed: Partial<Record<FilterField, readonly string[]>> = {
  class: resultClasses,
  disposition: ["none", "pass", "quarantine", "reject", "unknown"],
  dkim: ["pass", "fail"],
  spf: ["pass", "fail"],
  dialect: ["rfc7489", "rfc9990"],
};

function AddFilter({ fixed, close }: { fixed: FilterField | undefined; close: () => void }) {
  const { path, query } = usePlace();
  const offered = filterFields.filter((field) => field !== fixed && field !== "report" && field !== "country" && field !== "asn");
  const [field, setField] = useState<FilterField>(offered[0] ?? "domain");
  const [value, setValue] = useState("");
  const [isNot, setIsNot] = useState(false);
  const by = breakdowns[field];
  const scope = scopeOf(query);
  scope.delete(field);
  const known = useAnswer(by ? api.breakdown(scope, by, { limit: 50 }) : null);
  const values = closed[field];
  const input = useRef<HTMLSelectElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <form
      class="add-filter-form"
      onKeyDown={(event) => event.key === "Escape" && close()}
      onSubmit={(event) => {
        event.preventDefault();
        const trimmed = value.trim() || values?.[0];
        if (trimmed) go(address(path, withFilter(query, { field, value: trimmed, negated: isNot })));
      }}
    >
      <select
        ref={input}
        aria-label={words.filter.field}
        value={field}
        onChange={(event) => {
          setField(event.currentTarget.value as FilterField);
          setValue("");
        }}
      >
        {offered.map((one) => (
          <option key={one} value={one}>
            {words.fields[one]}
          </option>
        ))}
      </select>
      <select aria-label={words.filter.is} value={isNot ? "!" : ""} onChange={(event) => setIsNot(event.currentTarget.value === "!")}>
        <option value="">{words.filter.is}</option>
        <option value="!">{words.filter.is_not}</option>
      </select>
      {values ? (
        <select aria-label={words.filter.value} value={value} onChange={(event) => setValue(event.currentTarget.value)}>
          {values.map((one) => (
            <option key={one} value={one}>
              {sayValue({ field, value: one })}
            </option>
          ))}
        </select>
      ) : (
        <>
          <input
            type="text"
            list="filter-values"
            aria-label={words.filter.value}
            placeholder={words.filter.hint[field as "domain" | "ip"] ?? words.filter.hint.other}
            autocomplete="off"
            spellcheck={false}
            value={value}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
          <datalist id="filter-values">
            {known.value?.data.map(
              (row) => row.key !== null && <option key={row.key} value={row.key} label={words.filter.choices(count(row.messages))} />,
            )}
          </datalist>
        </>
      )}
      <button type="submit">{words.filter.apply}</button>
      <button type="button" class="quiet" onClick={close}>
        {words.filter.cancel}
      </button>
    </form>
  );
}
