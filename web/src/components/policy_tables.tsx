// Published policies against what receivers did, and when policies changed.
import { type ComponentChildren, Fragment } from "preact";
import { useState } from "preact/hooks";
import type { Disposition, PoliciesAnswer, PolicyRow, ResultClass } from "../api/types";
import { resultClasses } from "../classes";
import * as format from "../format";
import { type PolicyGroup, policyGroups } from "../policy_groups";
import { type PolicyShift, policyShifts } from "../policy_shifts";
import { policyFilter, policyWords } from "../policy_tags";
import { narrowed, unsaid } from "../query";
import { words } from "../words/pages";
import { ClassMark } from "./class_mark";
import { PolicyChange, PolicyText, PolicyWord } from "./policy_text";
import { type Column, Table } from "./table";
import { domainPath, Link, Messages, reporterPath, Stranger } from "./text";

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
/** One row for each domain and p of the window, one column for each class and disposition seen; below, one for each
 * policy with all its tags. */
export function PolicyMatrix({ rows, scope, withDomain }: PolicyMatrixProps) {
  const [exact, setExact] = useState(false);
  if (rows.length === 0) return <p class="nothing">{words.table.nothing}</p>;
  const exactly = policyGroups(rows, policyWords);
  const carried = withDomain ? narrowed(scope, "domain") : null;
  const scopeOf = (row: PolicyGroup, policy: string) => narrowed(narrowed(scope, "domain", row.domain), "policy", policy);
  return (
    <>
      <Matrix
        rows={policyGroups(rows, (policy) => policy.p)}
        policy={(row) => <PolicyWord policy={row.policy} />}
        scopeOf={(row) => scopeOf(row, row.policy.p ?? unsaid("policy"))}
        carried={carried}
      />
      <details onToggle={(event) => setExact(event.currentTarget.open)}>
        <summary class="faint">{words.policies.exact(format.count(exactly.length))}</summary>
        {exact && (
          <Matrix
            rows={exactly}
            policy={(row) => <PolicyText policy={row.policy} exact />}
            scopeOf={(row) => {
              const filter = policyFilter(row.policy);
              return filter === null ? null : scopeOf(row, filter);
            }}
            carried={carried}
          />
        )}
      </details>
    </>
  );
}

interface MatrixProps {
  rows: PolicyGroup[];
  policy: (row: PolicyGroup) => ComponentChildren;
  scopeOf: (row: PolicyGroup) => URLSearchParams | null; // what leads to the records of a row; null: no filter can
  carried: URLSearchParams | null; // for links to the domains; null: there is only one
}
function Matrix({ rows, policy, scopeOf, carried }: MatrixProps) {
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
            {carried && (
              <th scope="col" rowSpan={2}>
                {words.columns.domain}
              </th>
            )}
            <th scope="col" rowSpan={2}>
              {words.columns.policy}
            </th>
            <th scope="col" rowSpan={2} class="period">
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
          {rows.map((row, index) => {
            const scope = scopeOf(row);
            return (
              <tr key={index}>
                {carried && (
                  <th scope="row">
                    <Link to={domainPath(row.domain)} query={carried}>
                      <Stranger text={row.domain} />
                    </Link>
                  </th>
                )}
                <td>{policy(row)}</td>
                <td class="period nowrap">{format.days(row.first_seen, row.last_seen)}</td>
                <td class="number">{scope ? <Messages n={row.messages} scope={scope} /> : format.count(row.messages)}</td>
                {columns.map((column) => (
                  <MatrixCell key={column.name + column.disposition} row={row} column={column} scope={scope} />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function MatrixCell({ row, column, scope }: { row: PolicyGroup; column: Cell; scope: URLSearchParams | null }) {
  const cell = row.cells.find((one) => one.class === column.name && one.disposition === column.disposition);
  if (!cell) return <td class="number zero">·</td>;
  return (
    <td class="number">
      {scope ? (
        <Messages n={cell.messages} scope={narrowed(scope, "disposition", column.disposition)} classes={[column.name]} />
      ) : (
        format.count(cell.messages)
      )}
    </td>
  );
}

interface PolicyChangesProps {
  changes: PoliciesAnswer["changes"];
  scope: URLSearchParams;
  withDomain: boolean;
}
/** One row for each change, with the reporters in the order in which they saw it. */
export function PolicyChanges({ changes, scope, withDomain }: PolicyChangesProps) {
  const ofDomain: Column<PolicyShift> = {
    key: "domain",
    title: words.columns.domain,
    cell: (row) => (
      <Link to={domainPath(row.domain)} query={narrowed(scope, "domain")}>
        <Stranger text={row.domain} />
      </Link>
    ),
  };
  return (
    <Table
      caption={words.policies.changes}
      rows={policyShifts(changes)}
      nothing={words.policies.no_changes}
      columns={[
        { key: "day", title: words.policies.seen_on, head: true, cell: (row) => <span class="nowrap">{format.days(row.first, row.last)}</span> },
        ...(withDomain ? [ofDomain] : []),
        { key: "change", title: words.policies.change, cell: (row) => <PolicyChange from={row.from} to={row.to} /> },
        { key: "reporters", title: words.policies.changed_by, cell: (row) => <SeenBy shift={row} scope={scope} /> },
      ]}
    />
  );
}

function SeenBy({ shift, scope }: { shift: PolicyShift; scope: URLSearchParams }) {
  const carried = narrowed(scope, "reporter");
  return (
    <ul>
      {shift.seen.map(({ day, reporters }) => (
        <li key={day}>
          <span class="faint nowrap">{format.shortDay(day)}</span>{" "}
          {reporters.map((reporter, index) => (
            <Fragment key={reporter}>
              {index > 0 && words.policies.and}
              <Link to={reporterPath(reporter)} query={carried}>
                <Stranger text={reporter} />
              </Link>
            </Fragment>
          ))}
        </li>
      ))}
    </ul>
  );
}
