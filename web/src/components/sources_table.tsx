// The addresses that sent mail, in pages; or the largest of them, with what they sent together.
import { api } from "../api/client";
import type { SourceRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { failClasses, failed } from "../classes";
import * as format from "../format";
import { usePlace } from "../navigation";
import { narrowed, unsaid, withFilter } from "../query";
import { words } from "../words/pages";
import { Await, Panel } from "./panel";
import { classColumns, stripColumn } from "./rates";
import { type Column, Downloads, Pager, Table } from "./table";
import { Link, Messages, sourcePath } from "./text";
import { Together } from "./together";

const pageRows = 50;

export function SourcesTable({ scope }: { scope: URLSearchParams }) {
  const { query, opened } = usePlace();
  const question = api.sources(scope, { limit: pageRows, cursor: query.get("cursor"), sort: query.get("sort") });
  const answer = useAnswer(question);
  return (
    <Panel title={words.sources.title} actions={<Downloads of={question} />}>
      <Await of={answer}>
        {(value) => (
          <>
            <Table caption={words.sources.title} rows={value.data} defaultSort="-messages" columns={columns(scope, opened, true)} />
            <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
          </>
        )}
      </Await>
    </Panel>
  );
}

/** Those with the most messages; what has no address is not among them. */
export function LargestSources({ scope, count }: { scope: URLSearchParams; count: number }) {
  const addressed = withFilter(scope, { field: "ip", value: unsaid("ip"), negated: true });
  const question = api.sources(addressed, { limit: count, sort: "-messages" });
  const answer = useAnswer(question);
  const { opened } = usePlace();
  const title = words.concentration.top_sources(count, 0);
  return (
    <Panel title={title} actions={<Downloads of={question} />}>
      <Await of={answer}>
        {(value) => (
          <>
            <Together rows={value.data} scope={scope} />
            <Table caption={title} rows={value.data} columns={columns(scope, opened, false)} />
          </>
        )}
      </Await>
    </Panel>
  );
}

function columns(scope: URLSearchParams, opened: string | undefined, sortable: boolean): Column<SourceRow>[] {
  const scopeOf = (row: SourceRow) => narrowed(scope, "ip", row.ip ?? unsaid("ip"));
  const carried = narrowed(scope, "ip");
  const all: Column<SourceRow>[] = [
    {
      key: "source",
      title: words.columns.source,
      sort: "ip",
      head: true,
      cell: (row) =>
        row.ip === null ? (
          <span class="faint">{words.sources.unaddressed}</span>
        ) : (
          <Link to={sourcePath(row.ip)} query={carried} current={sourcePath(row.ip) === opened}>
            {row.ip}
          </Link>
        ),
    },
    ...classColumns<SourceRow>(scopeOf),
    {
      key: "failed",
      title: words.columns.failed,
      number: true,
      cell: (row) => <Messages n={failed(row)} scope={scopeOf(row)} classes={failClasses} />,
    },
    { ...stripColumn<SourceRow>(), spare: true },
    { key: "domains", spare: true, title: words.columns.domains, sort: "domains", number: true, cell: (row) => <Link to="" query={scopeOf(row)}>{format.count(row.domains)}</Link> },
    {
      key: "first",
      title: words.columns.first_seen,
      sort: "first_seen",
      spare: true,
      cell: (row) => <span class="nowrap">{format.shortDay(row.first_seen)}</span>,
    },
    {
      key: "last",
      title: words.columns.last_seen,
      sort: "last_seen",
      spare: true,
      cell: (row) => <span class="nowrap">{format.shortDay(row.last_seen)}</span>,
    },
  ];
  if (!sortable) for (const column of all) delete column.sort;
  return all;
}
