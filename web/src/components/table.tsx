// A table of rows: sortable by links, told to programs by links, and read as cards where the screen is narrow.
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { inFormat, type Request } from "../api/client";
import { count } from "../format";
import { usePlace } from "../navigation";
import { address, withKeys } from "../query";
import { words } from "../words";
import { Link } from "./text";

export interface Column<T> {
  key: string;
  title: string;
  cell: (row: T, index: number) => ComponentChildren;
  number?: boolean; // right-aligned
  wide?: boolean; // takes what room is left
  sort?: string; // the API's name; the column can be sorted by it
  head?: boolean; // names the row
  spare?: boolean; // left out of a list beside which something is read
}

interface TableProps<T> {
  caption: string; // for screen readers
  columns: Column<T>[];
  rows: readonly T[];
  defaultSort?: string; // what the API does unasked, "-messages"
  nothing?: ComponentChildren;
}

const look = <T,>({ number, wide, spare }: Column<T>): string => (number ? "number " : "") + (wide ? "wide " : "") + (spare ? "spare" : "");

const slice = 20; // rows that are drawn in one task, so that a slow processor answers the reader between them

export function Table<T>({ caption, columns, rows, defaultSort, nothing }: TableProps<T>) {
  const [drawn, setDrawn] = useState(slice);
  useEffect(() => {
    if (drawn >= rows.length) return;
    const timer = setTimeout(() => setDrawn(drawn + slice));
    return () => clearTimeout(timer);
  }, [drawn, rows.length]);
  if (rows.length === 0) return <p class="nothing">{nothing ?? words.table.nothing}</p>;
  return (
    <div class="table-frame">
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.key} column={column} defaultSort={defaultSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, drawn).map((row, index) => (
            <Row key={index} row={row} index={index} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Drawn again only when the table is asked to show something else. */
function Row<T>({ row, index, columns }: { row: T; index: number; columns: Column<T>[] }) {
  return useMemo(
    () => (
      <tr>
        {columns.map((column) => {
          const Cell = column.head ? "th" : "td";
          return (
            <Cell key={column.key} scope={column.head ? "row" : undefined} class={look(column)} data-label={column.title}>
              {column.cell(row, index)}
            </Cell>
          );
        })}
      </tr>
    ),
    [row, index, columns],
  );
}

function Heading<T>({ column, defaultSort }: { column: Column<T>; defaultSort: string | undefined }) {
  const { path, query } = usePlace();
  const kind = look(column);
  if (!column.sort)
    return (
      <th scope="col" class={kind}>
        {column.title}
      </th>
    );
  const sort = query.get("sort") ?? defaultSort ?? "";
  const down = sort === "-" + column.sort;
  const up = sort === column.sort;
  const next = down ? column.sort : "-" + column.sort;
  return (
    <th scope="col" class={kind} aria-sort={down ? "descending" : up ? "ascending" : undefined}>
      <a href={address(path, withKeys(query, { sort: next }))} title={words.table.sort(column.title)}>
        {column.title}
        <span class="sort" aria-hidden="true">{down ? "▾" : up ? "▴" : ""}</span>
      </a>
    </th>
  );
}

/** The same rows for programs. */
export function Downloads({ of }: { of: Request<unknown> }) {
  return (
    <span class="downloads" role="group" aria-label={words.table.downloads}>
      <a href={inFormat(of, "csv")} download>
        {words.table.csv}
      </a>
      <a href={inFormat(of, "ndjson")} download>
        {words.table.ndjson}
      </a>
      <a href={of.address} target="_blank" rel="noopener">
        {words.table.api}
      </a>
    </span>
  );
}

/** How much of a list is shown, and the way to the rest of it. */
export function Pager({ shown, total, next }: { shown: number; total: number; next: string | null }) {
  const { path, query } = usePlace();
  const later = query.has("cursor");
  return (
    <nav class="pager" aria-label={words.table.rows(count(shown), count(total))}>
      <span>{words.table.rows(count(shown), count(total))}</span>
      {later && <Link to={path} query={withKeys(query, {})}>{words.table.first}</Link>}
      {next && <a href={address(path, withCursor(query, next))}>{words.table.next}</a>}
    </nav>
  );
}

function withCursor(query: URLSearchParams, cursor: string): URLSearchParams {
  const copy = new URLSearchParams(query);
  copy.set("cursor", cursor);
  return copy;
}
