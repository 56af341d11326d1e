// What can be said of a pasted DMARC record, and of the one to publish, without asking DNS: one line a check.
import {
  addressesOf,
  type DmarcRecord,
  type Fault,
  foreignHosts,
  isDmarc,
  pastedTexts,
  permissionName,
  readRecord,
  valueOf,
  withReportAddress,
} from "../dmarc_record";
import { words } from "../words/pages";
import { Stranger } from "./text";

type Verdict = "ok" | "hint" | "wrong";
interface Check {
  verdict: Verdict;
  text: preact.ComponentChildren;
}

const marks: Record<Verdict, string> = { ok: "✓", hint: "▲", wrong: "✗" };

export function SetupChecks({ domain, address, pasted }: { domain: string; address: string; pasted: string }) {
  return (
    <ul class="checks">
      {checks(domain, address, pasted).map((check, index) => (
        <li key={index} class={check.verdict}>
          <span class="check-mark" aria-hidden="true">
            {marks[check.verdict]}
          </span>
          <span class="visually-hidden">{words.setup.verdicts[check.verdict]}: </span>
          <span>{check.text}</span>
        </li>
      ))}
    </ul>
  );
}

function checks(domain: string, address: string, pasted: string): Check[] {
  const current = pastedTexts(pasted).find(isDmarc);
  const published = readRecord(withReportAddress(current ? readRecord(current) : null, address));
  return [...ofPasted(pasted, address), ...permissions(domain, published)];
}

function ofPasted(pasted: string, address: string): Check[] {
  const text = words.setup;
  if (pasted.trim() === "") return [{ verdict: "hint", text: text.not_pasted }];
  const records = pastedTexts(pasted).filter(isDmarc);
  const record = readRecord(records[0] ?? pasted);
  if (records.length === 0 && record.tags.length === 0) return [{ verdict: "wrong", text: text.not_found }];
  const grave = record.faults.filter((fault) => !mild.has(fault.code));
  const found: Check[] = [
    records.length > 1
      ? { verdict: "wrong", text: text.several(records.length) }
      : { verdict: "ok", text: text.one },
  ];
  if (grave.length === 0) found.push({ verdict: "ok", text: text.syntax_ok });
  for (const fault of record.faults) found.push({ verdict: mild.has(fault.code) ? "hint" : "wrong", text: said(fault) });
  found.push(
    addressesOf(valueOf(record, "rua")).some((one) => one.toLowerCase() === address.toLowerCase())
      ? { verdict: "ok", text: text.has_address }
      : { verdict: "hint", text: text.lacks_address },
  );
  return found;
}

// What must stand in the DNS of others before reports are sent to them.
function permissions(domain: string, published: DmarcRecord): Check[] {
  return foreignHosts(domain, published).map((host) => ({
    verdict: "hint",
    text: (
      <>
        {words.setup.foreign(<Stranger text={host} />)}
        <code class="record-line">{`${permissionName(domain, host)} TXT "v=DMARC1"`}</code>
      </>
    ),
  }));
}

const mild = new Set<Fault["code"]>(["unknown", "removed"]);

function said(fault: Fault): preact.ComponentChildren {
  const text = words.setup.faults;
  switch (fault.code) {
    case "version":
      return text.version;
    case "no_policy":
      return text.no_policy;
    case "syntax":
      return text.syntax(<Stranger text={fault.part} />);
    case "twice":
      return text.twice(<Stranger text={fault.tag} />);
    case "unknown":
      return text.unknown(<Stranger text={fault.tag} />);
    case "removed":
      return text.removed(<Stranger text={fault.tag} />);
    case "value":
      return text.value(<Stranger text={fault.tag} />, <Stranger text={fault.value} />);
  }
}
