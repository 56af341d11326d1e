// Choosing a filter: a field, and its values with the messages behind each. What is not in the list can be typed: parts of
// addresses, names with their subdomains.
import { max } from "d3-array";
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { count } from "../format";
import { go, usePlace } from "../navigation";
import { address, type FilterField, filterFields, filtersOf, scopeOf, withFilter, withoutFilter } from "../query";
import { words } from "../words/pages";
import { sayValue } from "../words/values";
import { Await } from "./panel";
import { Stranger } from "./text";

// Of these nobody knows all values.
const typed = new Set<FilterField>(["dialect", "report_id", "q"]);
// Not offered: what pages link to by themselves, and what is not known yet.
const hidden = new Set<FilterField>(["report", "country", "asn"]);
const patience = 250; // milliseconds between typing and asking

interface AddFilterProps {
  fixed: FilterField | undefined; // what the path of the page says already
  first: FilterField | null;
  close: () => void;
}
export function AddFilter({ fixed, first, close }: AddFilterProps) {
  const { path, query } = usePlace();
  const offered = filterFields.filter((field) => field !== fixed && !hidden.has(field));
  const [field, setField] = useState<FilterField>(first ?? offered[0] ?? "domain");
  const [text, setText] = useState("");
  const [isNot, setIsNot] = useState(false);
  const select = useRef<HTMLSelectElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => (first === "q" ? input : select).current?.focus(), []);
  return (
    <form
      class="add-filter-form"
      onKeyDown={(event) => event.key === "Escape" && close()}
      onSubmit={(event) => {
        event.preventDefault();
        const value = text.trim();
        if (!value) return;
        close();
        go(address(path, withFilter(query, { field, value, negated: isNot })));
      }}
    >
      <select
        ref={select}
        aria-label={words.filter.field}
        value={field}
        onChange={(event) => {
          setField(event.currentTarget.value as FilterField);
          setText("");
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
      <input
        ref={input}
        type="text"
        aria-label={words.filter.value}
        placeholder={words.filter.hint[field as "domain" | "ip"] ?? words.filter.hint.other}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" disabled={text.trim() === ""}>
        {words.filter.apply}
      </button>
      <button type="button" class="quiet" onClick={close}>
        {words.filter.close}
      </button>
      {!typed.has(field) && <Values key={field} field={field} text={text.trim()} isNot={isNot} />}
    </form>
  );
}

// A few at once: many more are found by typing.
function Values({ field, text, isNot }: { field: FilterField; text: string; isNot: boolean }) {
  const { path, query } = usePlace();
  const wanted = useLater(text, patience);
  const scope = scopeOf(query);
  scope.delete(field);
  scope.delete("q"); // searches the values here
  const answer = useAnswer(api.facets(scope, field, wanted));
  const chosen = filtersOf(query).filter((filter) => filter.field === field);
  return (
    <div class="facets" role="group" aria-label={words.filter.values(words.fields[field])}>
      <Await of={answer}>
        {(value) => {
          const most = max(value.data, (row) => row.messages) || 1;
          return (
            <>
              {value.data.length === 0 && <p class="nothing">{words.filter.no_values}</p>}
              <ul>
                {value.data.map((row) => {
                  const filter = { field, value: row.value, negated: isNot };
                  const on = chosen.some((one) => one.value === row.value && one.negated === isNot);
                  return (
                    <li key={row.value}>
                      <button
                        type="button"
                        aria-pressed={on}
                        onClick={() => go(address(path, (on ? withoutFilter : withFilter)(query, filter)))}
                      >
                        <span class="facet-mark" aria-hidden="true">
                          {on ? "☑" : "☐"}
                        </span>
                        <span class="facet-name">
                          <Stranger text={sayValue(filter)} />
                        </span>
                        <svg class="facet-bar" width="100%" height="4" aria-hidden="true">
                          <rect class="bar combined-pass" width={`${(100 * row.messages) / most}%`} height="4" />
                        </svg>
                        <span class="number">{count(row.messages)}</span>
                      </button>
                    </li>
                  );
                })}
              </ul>
              {value.meta.more && <p class="hint">{words.filter.more}</p>}
            </>
          );
        }}
      </Await>
    </div>
  );
}

/** `value`, once it has not changed for a while. */
function useLater(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
