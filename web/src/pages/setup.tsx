// Which DNS record do I publish, and do reports arrive? What is typed stays in the address of the page.
import { useState } from "preact/hooks";
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { CopiedText } from "../components/copied_text";
import { MailboxPanel } from "../components/mailbox_panel";
import { PageHead } from "../components/page";
import { Panel } from "../components/panel";
import { SetupChecks } from "../components/setup_checks";
import { Link } from "../components/text";
import { UploadBox } from "../components/upload_box";
import { domainName, isDmarc, mailAddress, pastedTexts, readRecord, withReportAddress } from "../dmarc_record";
import * as format from "../format";
import { go, usePlace } from "../navigation";
import { address as pageAddress } from "../query";
import { words } from "../words/pages";

export function Setup() {
  const { path, query } = usePlace();
  const [typed, setTyped] = useState({ name: query.get("name") ?? "", to: query.get("to") ?? "", record: query.get("record") ?? "" });
  const set = (key: keyof typeof typed) => (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => {
    const next = { ...typed, [key]: event.currentTarget.value };
    setTyped(next);
    const given = Object.entries(next).filter(([, value]) => value !== "");
    go(pageAddress(path, new URLSearchParams(given)), "replaced");
  };
  const domain = domainName(typed.name);
  const to = mailAddress(typed.to);
  // Until both are given, what is shown is an example that fits the one there is.
  const shown = domain ?? to?.split("@")[1] ?? "example.com";
  const arriving = to ?? `dmarc@${shown}`;
  const text = words.setup;
  return (
    <>
      <PageHead title={text.title}>
        <p>{text.answer}</p>
      </PageHead>
      <Panel title={text.your_domain}>
        <div class="form-grid">
          <label>
            {text.domain}
            <input type="text" value={typed.name} onInput={set("name")} placeholder="example.com" autocapitalize="off" spellcheck={false} aria-invalid={typed.name !== "" && !domain} />
          </label>
          <label>
            {text.address}
            <input type="text" inputMode="email" value={typed.to} onInput={set("to")} placeholder="dmarc@example.com" autocapitalize="off" spellcheck={false} aria-invalid={typed.to !== "" && !to} />
          </label>
          <label class="whole-row">
            {text.current}
            <textarea rows={3} value={typed.record} onInput={set("record")} spellcheck={false} placeholder={`dig +short TXT _dmarc.${shown}`} />
          </label>
        </div>
        <p class="hint" role="status">
          {typed.name !== "" && !domain && text.no_domain} {typed.to !== "" && !to && text.no_address}
        </p>
      </Panel>
      <Publish domain={shown} to={arriving} pasted={typed.record} example={!domain || !to} />
      <Panel title={text.check}>
        <SetupChecks domain={shown} address={arriving} pasted={typed.record} />
        <p class="hint">{text.no_dns}</p>
      </Panel>
      <MailboxPanel />
      <Wait />
    </>
  );
}

function Publish({ domain, to, pasted, example }: { domain: string; to: string; pasted: string; example: boolean }) {
  const text = words.setup;
  const current = pastedTexts(pasted).find(isDmarc);
  const record = withReportAddress(current ? readRecord(current) : null, to);
  return (
    <Panel title={text.publish}>
      {example && <p class="hint">{text.example}</p>}
      <p>{current ? text.merged : text.fresh}</p>
      <CopiedText label={text.name} text={`_dmarc.${domain}.`} />
      <CopiedText label={text.value} text={record} />
      <CopiedText label={text.line} text={`_dmarc.${domain}. 3600 IN TXT "${record}"`} />
    </Panel>
  );
}

function Wait() {
  const status = useAnswer(api.status());
  const text = words.setup;
  const known = status.value?.data;
  return (
    <Panel title={text.wait}>
      <p>{text.when}</p>
      {known && (
        <p>
          {text.so_far(<Link to="reports">{format.count(known.reports)}</Link>)}{" "}
          {known.failures_open > 0 && <Link to="ingest/failures">{words.attention.failures_open(known.failures_open, format.count(known.failures_open))}</Link>}
        </p>
      )}
      <p>{words.fresh.import}</p>
      <pre>
        <code>ruadar import ~/Mail/dmarc.mbox</code>
      </pre>
      <p>{text.demo}</p>
      <pre>
        <code>ruadar demo --listen 127.0.0.1:8081</code>
      </pre>
      <p>{words.fresh.upload}</p>
      <UploadBox />
    </Panel>
  );
}
