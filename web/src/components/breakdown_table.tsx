// The values of one field with their messages, those with most first.
import { api } from "../api/client";
import type { BreakdownRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import * as format from "../format";
import { type FilterField, narrowed, unsaid, withoutAll } from "../query";
import { words } from "../words";
import { sayValue } from "../words/values";
import { Await, Panel } from "./panel";
import { classColumns } from "./rates";
import { Downloads, Table } from "./table";
import { domainPath, Link, reporterPath, sourcePath, Stranger } from "./text";

// A record may have several of these, so that what is left without the first ones is less than the others together.
const severalValued = new Set<FilterField>(["dkim_domain", "dkim_selector", "spf_domain", "override"]);

const pages = { ip: sourcePath, domain: domainPath, reporter: reporterPath } as const;

interface BreakdownTableProps {
  title: string;
  by: FilterField;
  scope: URLSearchParams;
  top: number; // the others together are one row
  link?: keyof typeof pages; // the key has a page of its own
}

export function BreakdownTable({ title, by, scope, top, link }: BreakdownTableProps) {
  const answer = useAnswer(api.breakdown(scope, by, { top }));
  return (
    <Panel title={title} actions={<Downloads of={api.breakdown(scope, by)} />}>
      <Await of={answer}>{(value) => <BreakdownRows caption={title} rows={value.data} by={by} scope={scope} link={link} />}</Await>
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
  const valueOf = (row: BreakdownRow) => row.key ?? unsaid(by);
  const shown = rows.filter((row) => row.rest === undefined).map(valueOf);
  const rowsOf = (row: BreakdownRow) => {
    if (row.rest === undefined) return narrowed(scope, by, valueOf(row));
    return severalValued.has(by) ? null : withoutAll(scope, by, shown);
  };
  const name = (row: BreakdownRow) => {
    if (row.rest !== undefined) return <span class="faint">{words.table.rest(row.rest, format.count(row.rest))}</span>;
    if (row.key === null) return <span class="faint">{words.table.nobody}</span>;
    if (!link) return <Stranger text={by === "disposition" ? sayValue({ field: by, value: row.key }) : row.label} />;
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
