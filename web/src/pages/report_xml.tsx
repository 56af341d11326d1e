// The document as it came: text, never markup. A note of the parser leads to its line.
import { useEffect, useRef } from "preact/hooks";
import { reportXml } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { Link, reportPath } from "../components/text";
import * as format from "../format";
import { usePlace } from "../navigation";
import type { PageProps } from "../routes";
import { words } from "../words/pages";

const mostCharacters = 500_000; // more would only slow the browser down; the file can be saved

export function ReportXml({ name }: PageProps) {
  const { query } = usePlace();
  const question = reportXml(name);
  const answer = useAnswer(question);
  return (
    <>
      <PageHead title={words.report.xml_title(name)}>
        <p>
          <Link to={reportPath(Number(name))}>{words.ingest.upload.show_report}</Link>
        </p>
      </PageHead>
      <Panel
        title={words.report.xml}
        actions={
          <a href={question.address} download={`report-${name}.xml`}>
            {words.report.save_xml}
          </a>
        }
      >
        <Await of={answer}>{(xml) => <Text xml={xml} line={Number(query.get("line"))} />}</Await>
      </Panel>
    </>
  );
}

function Text({ xml, line }: { xml: string; line: number }) {
  const marked = useRef<HTMLElement>(null);
  useEffect(() => marked.current?.scrollIntoView({ block: "center" }), [xml, line]);
  const shown = xml.slice(0, mostCharacters);
  const lines = shown.split("\n");
  const at = line >= 1 && line <= lines.length ? line - 1 : null;
  return (
    <>
      <p class="hint">
        {words.report.xml_size(format.count(lines.length))} {xml.length > shown.length && words.report.xml_cut}
      </p>
      <pre class="document" tabIndex={0}>
        {at === null ? (
          shown
        ) : (
          <>
            {lines.slice(0, at).map((one) => one + "\n").join("")}
            <mark ref={marked}>{lines[at]}</mark>
            {"\n" + lines.slice(at + 1).join("\n")}
          </>
        )}
      </pre>
    </>
  );
}
