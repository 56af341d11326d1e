// One record of a report in sentences: what was sent, what was checked, what became of it.
import type { PublishedPolicy, RecordRow } from "../api/types";
import { explainDkim, explainSpf, type Finding } from "../explain";
import * as format from "../format";
import { words } from "../words/pages";
import { ClassMark } from "./class_mark";
import { Link, sourcePath, Stranger } from "./text";

export function RecordExplained({ record, policy }: { record: RecordRow; policy: PublishedPolicy }) {
  const ip =
    record.ip === null ? (
      <Stranger text={record.raw?.source_ip ?? null} />
    ) : (
      <Link to={sourcePath(record.ip)} query={new URLSearchParams({ range: "all" })}>
        {record.ip}
      </Link>
    );
  const header = <Stranger text={record.header_from} />;
  const said = Object.entries(record.raw ?? {});
  return (
    <li class="record-explained">
      <div class="record-head">
        <span>
          {record.messages === 1
            ? words.explain.one_from(ip, header)
            : words.explain.from(format.count(record.messages), ip, header)}{" "}
          {record.envelope_from !== null && words.explain.envelope(
            record.envelope_from === "" ? words.explain.null_path : <Stranger text={record.envelope_from} />,
          )}
        </span>
        <ClassMark name={record.class} />
      </div>
      <ul>
        {explainDkim(record, policy).map((finding, index) => (
          <li key={"d" + index}>{sayDkim(finding, record)}</li>
        ))}
        {explainSpf(record, policy).map((finding, index) => (
          <li key={"s" + index}>{saySpf(finding, record)}</li>
        ))}
      </ul>
      <p>
        <span class="verdict">{sayVerdict(record)}</span>{" "}
        {record.override.map((one, index) => (
          <span key={index}>
            {words.explain.override(
              <strong>{words.explain.overrides[one.type] ?? one.raw ?? one.type}</strong>,
              one.comment ? [" (", <Stranger text={one.comment} />, ")"] : "",
            )}{" "}
          </span>
        ))}
        {record.override.length === 0 && record.class.startsWith("fail") && words.explain.no_override}
      </p>
      {said.length > 0 && (
        <p class="hint">
          {words.explain.said}
          {said.map(([field, value]) => (
            <span key={field}>
              <code>{field}</code> <Stranger text={value} />{" "}
            </span>
          ))}
        </p>
      )}
    </li>
  );
}

function sayVerdict(record: RecordRow): string {
  const stopped = record.disposition === "quarantine" || record.disposition === "reject";
  if (record.class.startsWith("pass") && stopped)
    return words.explain.pass_stopped(words.dispositions[record.disposition]);
  if (record.class === "fail_stopped") return words.explain.verdict.fail_stopped(record.disposition);
  return words.explain.verdict[record.class];
}

function nameOf(domain: string | null) {
  return domain ? <Stranger text={domain} /> : words.explain.no_domain;
}

function sayDkim(finding: Finding, record: RecordRow) {
  const header = <Stranger text={record.header_from} />;
  if (finding.kind === "nothing") return words.explain.dkim_none;
  if (finding.kind === "aligned_unnamed") return words.explain.dkim_aligned_unnamed;
  if (finding.kind === "helo") return null;
  const domain = nameOf(finding.domain);
  const selector = finding.selector ? words.explain.selector(<Stranger text={finding.selector} />) : "";
  switch (finding.kind) {
    case "aligned":
      return words.explain.dkim_aligned(domain, selector, header);
    case "not_aligned":
      return words.explain.dkim_not_aligned(domain, selector, header);
    case "strict":
      return words.explain.dkim_strict(domain, selector, header);
    case "refused":
      return words.explain.dkim_refused(domain, selector, header);
    case "bad":
      return words.explain.dkim_bad(domain, selector, <strong><Stranger text={finding.result} /></strong>);
  }
}

function saySpf(finding: Finding, record: RecordRow) {
  const header = <Stranger text={record.header_from} />;
  if (finding.kind === "nothing") return words.explain.spf_none;
  if (finding.kind === "aligned_unnamed") return words.explain.spf_aligned_unnamed;
  const domain = nameOf(finding.domain);
  switch (finding.kind) {
    case "helo":
      return words.explain.spf_helo(domain);
    case "aligned":
      return words.explain.spf_aligned(domain, header);
    case "not_aligned":
      return words.explain.spf_not_aligned(domain, header);
    case "strict":
      return words.explain.spf_strict(domain, header);
    case "refused":
      return words.explain.spf_refused(domain, header);
    case "bad":
      return words.explain.spf_bad(domain, <strong><Stranger text={finding.result} /></strong>);
  }
}
