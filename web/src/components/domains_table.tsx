// The domains of a window, with what they publish.
import type { DomainRow, List } from "../api/types";
import * as format from "../format";
import { words } from "../words";
import { PolicyWord } from "./policy_text";
import { classColumns, stripColumn } from "./rates";
import { Pager, Table } from "./table";
import { domainPath, Link, Stranger } from "./text";

interface DomainsTableProps {
  answer: List<DomainRow>;
  scopeOf: (domain: string) => URLSearchParams;
}

export function DomainsTable({ answer, scopeOf }: DomainsTableProps) {
  const windowOf = (domain: string) => {
    const scope = scopeOf(domain);
    scope.delete("domain");
    return scope;
  };
  return (
    <>
      <Table
        caption={words.overview.domains}
        defaultSort="-messages"
        rows={answer.data}
        columns={[
          {
            key: "domain",
            title: words.columns.domain,
            sort: "domain",
            head: true,
            cell: (row) => (
              <Link to={domainPath(row.domain)} query={windowOf(row.domain)}>
                <Stranger text={row.domain} />
              </Link>
            ),
          },
          ...classColumns<DomainRow>((row) => scopeOf(row.domain)),
          { key: "policy", title: words.columns.policy, cell: (row) => <PolicyWord policy={row.policy} /> },
          stripColumn<DomainRow>(),
          { key: "last", title: words.columns.last_report, sort: "last_seen", cell: (row) => <span class="nowrap">{format.shortDay(row.last_seen)}</span> },
        ]}
      />
      {answer.page.next_cursor && (
        <Pager shown={answer.data.length} total={answer.meta.total} next={answer.page.next_cursor} />
      )}
    </>
  );
}
