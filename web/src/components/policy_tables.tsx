// Published policies against what receivers did, and when policies changed.
import type { Disposition, PoliciesAnswer, PolicyRow, ResultClass } from "../api/types";
import { resultClasses } from "../classes";
import * as format from "../format";
import { narrowed } from "../query";
import { words } from "../words";
import { ClassMark } from "./class_mark";
import { PolicyText } from "./policy_text";
import { Table } from "./table";
import { domainPath, Link, Messages, Stranger } from "./text";

const dispositions: Disposition[] = ["none", "pass", "quarantine", "reject", "unknown"];

interface Cell {
  name: ResultClass;
  disposition: Disposition;
}

interface PolicyMatrixProps {
  rows: PolicyRow[];
  scope: URLSearchParams;
  withDomain: boolean;
}
/** One row for each policy that a domain published in the window, one column for each class and disposition seen. */
export function PolicyMatrix({ rows, scope, withDomain }: PolicyMatrixProps) {
  if (rows.length === 0) return <p class="nothing">{words.table.nothing}</p>;
  const seen = new Set(rows.flatMap((row) => row.cells.map((cell) => `${cell.class} ${cell.disposition}`)));
  const columns: Cell[] = resultClasses.flatMap((name) =>
    dispositions.filter((disposition) => seen.has(`${name} ${disposition}`)).map((disposition) => ({ name, disposition })),
  );
  const classesSeen = resultClasses.filter((name) => columns.some((column) => column.name === name));
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={words.policies.matrix}>
      <table class="matrix">
        <caption class="visually-hidden">{words.policies.matrix}</caption>
        <thead>
          <tr>
            {withDomain && (
              <th scope="col" rowSpan={2}>
                {words.columns.domain}
              </th>
            )}
            <th scope="col" rowSpan={2}>
              {words.columns.policy}
            </th>
            <th scope="col" rowSpan={2}>
              {words.columns.period}
            </th>
            <th scope="col" rowSpan={2} class="number">
              {words.columns.messages}
            </th>
            {classesSeen.map((name) => (
              <th key={name} scope="colgroup" colSpan={columns.filter((column) => column.name === name).length} class="number">
                <ClassMark name={name} />
              </th>
            ))}
          </tr>
          <tr>
            {columns.map((column) => (
              <th key={column.name + column.disposition} scope="col" class="number">
                {words.dispositions[column.disposition]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <MatrixRow key={index} row={row} columns={columns} scope={scope} withDomain={withDomain} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface MatrixRowProps {
  row: PolicyRow;
  columns: Cell[];
  scope: URLSearchParams;
  withDomain: boolean;
}
function MatrixRow({ row, columns, scope, withDomain }: MatrixRowProps) {
  const ofDomain = narrowed(scope, "domain", row.domain);
  return (
    <tr>
      {withDomain && (
        <th scope="row">
          <Link to={domainPath(row.domain)} query={narrowed(scope, "domain")}>
            <Stranger text={row.domain} />
          </Link>
        </th>
      )}
      <td>
        <PolicyText policy={row.policy} />
      </td>
      <td class="nowrap">{format.days(row.first_seen, row.last_seen)}</td>
      <td class="number">{format.count(row.messages)}</td>
      {columns.map(({ name, disposition }) => {
        const cell = row.cells.find((one) => one.class === name && one.disposition === disposition);
        // The policy filter knows p alone: where a domain published several with the same p, the rows tell all of them.
        const rows = narrowed(
          row.policy.p ? narrowed(ofDomain, "policy", row.policy.p) : ofDomain,
          "disposition",
          disposition,
        );
        return (
          <td key={name + disposition} class={"number" + (cell ? "" : " zero")}>
            {cell ? <Messages n={cell.messages} scope={rows} classes={[name]} /> : "·"}
          </td>
        );
      })}
    </tr>
  );
}

export function PolicyChanges({ changes, withDomain }: { changes: PoliciesAnswer["changes"]; withDomain: boolean }) {
  return (
    <Table
      caption={words.policies.changes}
      rows={changes}
      nothing={words.policies.no_changes}
      columns={[
        { key: "day", title: words.columns.day, head: true, cell: (row) => <span class="nowrap">{format.day(row.day)}</span> },
        ...(withDomain
          ? [{ key: "domain", title: words.columns.domain, cell: (row: PoliciesAnswer["changes"][number]) => <Stranger text={row.domain} /> }]
          : []),
        {
          key: "change",
          title: words.policies.change,
          cell: (row) => (
            <>
              <PolicyText policy={row.from} /> → <PolicyText policy={row.to} />
            </>
          ),
        },
        { key: "reporter", title: words.policies.changed_by, cell: (row) => <Stranger text={row.reporter} /> },
      ]}
    />
  );
}
