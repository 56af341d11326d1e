// What does this document say, record by record?
import { api, belowApi } from "../api/client";
import type { ReportDetail } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { type Fact, Facts } from "../components/facts";
import { Origin } from "../components/origin";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { PolicyText } from "../components/policy_text";
import { RecordExplained } from "../components/record_explained";
import { reportScope } from "../components/reports_table";
import { Table } from "../components/table";
import { domainPath, Link, Messages, PassRate, reporterPath, reportPath, Stranger } from "../components/text";
import * as format from "../format";
import type { PageProps } from "../routes";
import { words } from "../words/pages";

export function Report({ name }: PageProps) {
  const answer = useAnswer(api.report(name));
  return <Await of={answer}>{(value) => <Body of={value.data} />}</Await>;
}

function Body({ of }: { of: ReportDetail }) {
  const scope = reportScope(of.id);
  return (
    <>
      <PageHead
        title={words.report.title(of.reporter, of.domain)}
        shownTitle={<Stranger text={words.report.title(of.reporter, of.domain)} />}
      >
        <p>
          {words.report.answer(
            <Messages n={of.messages} scope={scope} />,
            <Link to="records" query={scope}>
              {format.count(of.records)}
            </Link>,
            <PassRate of={of} scope={scope} />,
          )}
        </p>
        <p>
          {words.report.policy}: <PolicyText policy={of.policy} />
        </p>
      </PageHead>
      <div class="columns">
        <Panel
          title={words.report.facts}
          actions={
            of.xml ? (
              <>
                <Link to={`${reportPath(of.id)}/xml`}>{words.report.xml}</Link>
                <a href={belowApi(of.xml)} download={`report-${of.id}.xml`}>
                  {words.report.save_xml}
                </a>
              </>
            ) : (
              <span class="faint">{words.report.no_xml}</span>
            )
          }
        >
          <ReportFacts of={of} />
        </Panel>
        <Panel title={words.report.notes}>
          <Notes of={of} />
        </Panel>
      </div>
      {of.conflicts.length > 0 && <Conflicts of={of} />}
      <Panel title={words.report.sightings}>
        <Table
          caption={words.report.sightings}
          rows={of.seen}
          nothing={words.report.sightings_none}
          columns={[
            { key: "at", title: words.ingest.read, head: true, cell: (row) => format.moment(row.at) },
            { key: "origin", title: words.ingest.origin, cell: (row) => <Origin origin={row.origin} position={row.position} /> },
            { key: "subject", title: words.ingest.subject, cell: (row) => <Stranger text={row.subject} /> },
          ]}
        />
      </Panel>
      <Panel title={words.report.records}>
        <ol class="records-explained">
          {of.rows.map((record) => (
            <RecordExplained key={record.record} record={record} policy={of.policy} />
          ))}
        </ol>
        {of.records > of.rows.length && (
          <p>
            <Link to="records" query={scope}>
              {words.report.all_records(format.count(of.records))}
            </Link>
          </p>
        )}
      </Panel>
    </>
  );
}

function ReportFacts({ of }: { of: ReportDetail }) {
  const stranger = (text: string | null) => (text ? <Stranger text={text} /> : null);
  const facts: Fact[] = [
    [
      words.report.reporter,
      <Link to={reporterPath(of.reporter)}>
        <Stranger text={of.reporter} />
      </Link>,
    ],
    [words.report.email, stranger(of.email)],
    [words.report.extra, stranger(of.extra_contact_info)],
    [
      words.report.domain,
      <Link to={domainPath(of.domain)}>
        <Stranger text={of.domain} />
      </Link>,
    ],
    [words.report.id, stranger(of.report_id)],
    [words.report.period, `${format.moment(of.begin)} – ${format.moment(of.end)}`],
    [words.report.format, of.dialect === "rfc9990" ? "RFC 9990" : "RFC 7489"],
    [words.report.version, stranger(of.version)],
    [words.report.generator, stranger(of.generator)],
    [words.report.errors, of.errors.length > 0 ? of.errors.map((text) => <div key={text}><Stranger text={text} /></div>) : null],
    [words.report.authenticity, words.report.authenticities[of.authenticity]],
    [words.report.stored, `${format.moment(of.stored_at)}, ${words.report.parser} ${of.parser}`],
    [words.report.file, stranger(of.name)],
    [words.report.bytes, of.bytes === null ? null : format.bytes(of.bytes)],
    [words.report.mail, <Origin origin={of.mail.origin} position={of.mail.position} />],
    [words.report.subject, stranger(of.mail.subject)],
    [words.report.from, stranger(of.mail.from)],
    [words.report.message_id, stranger(of.mail.message_id)],
    [words.report.sha256, of.sha256 ? <code>{of.sha256}</code> : null],
  ];
  return <Facts of={facts} />;
}

function Notes({ of }: { of: ReportDetail }) {
  if (of.notes.length === 0) return <p class="calm">{words.report.no_notes}</p>;
  return (
    <ul class="note-list">
      {of.notes.map((note) => (
        <li key={note.code}>
          <span class={note.severity}>{note.severity === "warning" ? "▲" : "·"}</span> {words.notes[note.code] ?? note.sentence}{" "}
          <span class="faint">
            {words.report.note_count(format.count(note.count))}
            {note.line !== null && [", ", <Line of={of} line={note.line} column={note.column} />]}
            {note.detail && [": ", <Stranger text={note.detail} />]}
          </span>
          <div class="hint">
            <code>{note.code}</code> {note.rule}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Line({ of, line, column }: { of: ReportDetail; line: number; column: number | null }) {
  const text = words.report.line(line, column);
  if (!of.xml) return <>{text}</>;
  return (
    <Link to={`${reportPath(of.id)}/xml`} query={new URLSearchParams({ line: String(line) })}>
      {text}
    </Link>
  );
}

function Conflicts({ of }: { of: ReportDetail }) {
  return (
    <Panel title={words.report.conflicts}>
      <p class="hint">{words.report.conflict}</p>
      <Table
        caption={words.report.conflicts}
        rows={of.conflicts}
        columns={[
          {
            key: "failure",
            title: words.failures.title,
            head: true,
            cell: (row) => <Link to={`ingest/failures/${row.failure}`}>{words.failure.title(row.failure)}</Link>,
          },
          { key: "origin", title: words.ingest.origin, cell: (row) => <Stranger text={row.origin} /> },
          { key: "when", title: words.failures.when, cell: (row) => format.moment(row.first_failed) },
          { key: "state", title: words.failures.state, cell: (row) => words.states[row.state] },
        ]}
      />
    </Panel>
  );
}
