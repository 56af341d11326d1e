// The state of a page is its URL: the path names the thing, the query holds window, filters and view. Pure functions;
// navigation.ts binds them to the browser.

/** Filters that pages and the API share, in the order of the filter picker. */
export const filterFields = [
  "domain",
  "reporter",
  "ip",
  "class",
  "disposition",
  "dkim",
  "spf",
  "policy",
  "header_from",
  "envelope_from",
  "envelope_to",
  "dkim_domain",
  "dkim_selector",
  "spf_domain",
  "override",
  "combination",
  "dialect",
  "country",
  "asn",
  "report",
  "report_id",
  "q",
] as const;
export type FilterField = (typeof filterFields)[number];

export interface Filter {
  field: FilterField;
  value: string;
  negated: boolean;
}

const windowKeys = ["range", "from", "to"];
const fields: ReadonlySet<string> = new Set(filterFields);

export const isFilterField = (name: string): name is FilterField => fields.has(name);

// What is left out of a field. "!spf" is itself a combination, so that "!=" leaves one of those out.
const notOf = (field: FilterField): string => (field === "combination" ? "!=" : "!");

export function filtersOf(query: URLSearchParams): Filter[] {
  const filters: Filter[] = [];
  for (const [field, value] of query) {
    if (!isFilterField(field)) continue;
    const not = notOf(field);
    const negated = value.startsWith(not);
    filters.push({ field, value: negated ? value.slice(not.length) : value, negated });
  }
  return filters;
}

const written = (filter: Filter): string => (filter.negated ? notOf(filter.field) : "") + filter.value;

/** The value that asks for rows where a report says nothing of the field. */
export const unsaid = (field: FilterField): string => (field === "override" ? "none" : "unknown");

/** A copy without the place in a list: a changed question starts at its first row. */
export function fromStart(query: URLSearchParams): URLSearchParams {
  const copy = new URLSearchParams(query);
  copy.delete("cursor");
  return copy;
}

export function withFilter(query: URLSearchParams, filter: Filter): URLSearchParams {
  const copy = fromStart(query);
  if (!copy.has(filter.field, written(filter))) copy.append(filter.field, written(filter));
  return copy;
}
export function withoutFilter(query: URLSearchParams, filter: Filter): URLSearchParams {
  const copy = fromStart(query);
  copy.delete(filter.field, written(filter));
  return copy;
}
export function negated(query: URLSearchParams, filter: Filter): URLSearchParams {
  const turned: Filter = { ...filter, negated: !filter.negated };
  const copy = new URLSearchParams();
  for (const [key, value] of fromStart(query))
    copy.append(key, key === filter.field && value === written(filter) ? written(turned) : value);
  return copy;
}

/** `query` with keys set, or removed where the value is null. */
export function withKeys(query: URLSearchParams, keys: Record<string, string | null>): URLSearchParams {
  const copy = fromStart(query);
  for (const [key, value] of Object.entries(keys)) {
    if (value === null) copy.delete(key);
    else copy.set(key, value);
  }
  return copy;
}

/** Window and filters alone: what goes along from page to page, and to the API. */
export function scopeOf(query: URLSearchParams): URLSearchParams {
  const scope = new URLSearchParams();
  for (const key of windowKeys) {
    const value = query.get(key);
    if (value) scope.set(key, value);
  }
  for (const filter of filtersOf(query)) scope.append(filter.field, written(filter));
  return scope;
}

/** The scope with one field set to exactly these values, instead of what it asked of that field before. */
export function narrowed(scope: URLSearchParams, field: FilterField, ...values: string[]): URLSearchParams {
  const copy = new URLSearchParams(scope);
  copy.delete(field);
  for (const value of values) copy.append(field, value);
  return copy;
}

/** The scope with the rows of these classes, as far as it asks for them: the rows behind a number that is counted in it. */
export function ofClasses(scope: URLSearchParams, classes: readonly string[]): URLSearchParams {
  const asked = filtersOf(scope).filter((filter) => filter.field === "class");
  const wanted = asked.filter((filter) => !filter.negated).map((filter) => filter.value);
  const left = classes.filter(
    (name) => (wanted.length === 0 || wanted.includes(name)) && !asked.some((filter) => filter.negated && filter.value === name),
  );
  return narrowed(scope, "class", ...(left.length > 0 ? left : classes));
}

/** The scope without any row that has one of these values in the field. */
export const withoutAll = (scope: URLSearchParams, field: FilterField, values: readonly string[]): URLSearchParams =>
  values.reduce((rest, value) => withFilter(rest, { field, value, negated: true }), scope);

/** The scope for the days `from` .. `to` in place of its window. */
export function during(scope: URLSearchParams, from: string, to: string): URLSearchParams {
  const copy = fromStart(scope);
  copy.delete("range");
  copy.set("from", from);
  copy.set("to", to);
  return copy;
}

/** An address relative to the base of the page. `path` is already encoded. */
export function address(path: string, query?: URLSearchParams): string {
  const text = query?.toString() ?? "";
  if (!text) return path || "./";
  return `${path}?${text}`;
}
