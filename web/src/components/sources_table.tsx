// The addresses that sent mail, in pages.
import { api } from "../api/client";
import type { SourceRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { failClasses, failed } from "../classes";
import * as format from "../format";
import { usePlace } from "../navigation";
import { narrowed, unsaid } from "../query";
import { words } from "../words/pages";
import { Await, Panel } from "./panel";
import { classColumns, stripColumn } from "./rates";
import { Downloads, Pager, Table } from "./table";
import { Link, Messages, sourcePath } from "./text";

const pageRows = 50;

export function SourcesTable({ scope }: { scope: URLSearchParams }) {
  const { query } = usePlace();
  const question = api.sources(scope, { limit: pageRows, cursor: query.get("cursor"), sort: query.get("sort") });
  const answer = useAnswer(question);
  const scopeOf = (row: SourceRow) => narrowed(scope, "ip", row.ip ?? unsaid("ip"));
  const carried = new URLSearchParams(scope);
  carried.delete("ip");
  return (
    <Panel title={words.sources.title} actions={<Downloads of={question} />}>
      <Await of={answer}>
        {(value) => (
          <>
            <Table
              caption={words.sources.title}
              rows={value.data}
              defaultSort="-messages"
              columns={[
                {
                  key: "source",
                  title: words.columns.source,
                  sort: "ip",
                  head: true,
                  cell: (row) =>
                    row.ip === null ? (
                      <span class="faint">{words.sources.unaddressed}</span>
                    ) : (
                      <Link to={sourcePath(row.ip)} query={carried}>
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
                stripColumn<SourceRow>(),
                { key: "domains", title: words.columns.domains, sort: "domains", number: true, cell: (row) => format.count(row.domains) },
                {
                  key: "first",
                  title: words.columns.first_seen,
                  sort: "first_seen",
                  cell: (row) => <span class="nowrap">{format.shortDay(row.first_seen)}</span>,
                },
                {
                  key: "last",
                  title: words.columns.last_seen,
                  sort: "last_seen",
                  cell: (row) => <span class="nowrap">{format.shortDay(row.last_seen)}</span>,
                },
              ]}
            />
            <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
          </>
        )}
      </Await>
    </Panel>
  );
}
