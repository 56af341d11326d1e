// The values of one field with their messages, those with most first.
import { api } from "../api/client";
import type { BreakdownRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import * as format from "../format";
import { type FilterField, narrowed, unsaid } from "../query";
import { words } from "../words";
import { Await, Panel } from "./panel";
import { classColumns } from "./rates";
import { Downloads, Table } from "./table";
import { domainPath, Link, reporterPath, sourcePath, Stranger } from "./text";

const pages = { ip: sourcePath, domain: domainPath, reporter: reporterPath } as const;

interface BreakdownTableProps {
  title: string;
  by: FilterField;
  scope: URLSearchParams;
  limit: number;
  link?: keyof typeof pages; // the key has a page of its own
}

export function BreakdownTable({ title, by, scope, limit, link }: BreakdownTableProps) {
  const question = api.breakdown(scope, by, { limit });
  const answer = useAnswer(question);
  return (
    <Panel title={title} actions={<Downloads of={question} />}>
      <Await of={answer}>
        {(value) => (
          <>
            <BreakdownRows caption={title} rows={value.data} by={by} scope={scope} link={link} />
            {value.meta.total > value.data.length && (
              <p class="hint">{words.table.rows(format.count(value.data.length), format.count(value.meta.total))}</p>
            )}
          </>
        )}
      </Await>
    </Panel>
  );
}

interface BreakdownRowsProps {
  caption: string;
  rows: BreakdownRow[];
  by: FilterField;
  scope: URLSearchParams;
  link?: keyof typeof pages | undefined;
}
export function BreakdownRows({ caption, rows, by, scope, link }: BreakdownRowsProps) {
  const rowsOf = (row: BreakdownRow) => narrowed(scope, by, row.key ?? unsaid(by));
  const name = (row: BreakdownRow) => {
    if (row.key === null) return <span class="faint">{words.table.nobody}</span>;
    if (!link) return <Stranger text={row.label} />;
    const carried = new URLSearchParams(scope);
    carried.delete(by);
    carried.delete("class");
    return (
      <Link to={pages[link](row.key)} query={carried}>
        <Stranger text={row.label} />
      </Link>
    );
  };
  return (
    <Table
      caption={caption}
      rows={rows}
      columns={[
        { key: "key", title: words.fields[by], head: true, cell: name },
        ...classColumns<BreakdownRow>(rowsOf, false),
      ]}
    />
  );
}
