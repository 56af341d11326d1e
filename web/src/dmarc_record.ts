// DMARC records as people paste them: what they say, what is wrong with them, and how they get one more address for
// reports while all else stays as it was. RFC 9989 (tags) and RFC 7489 6.3 (those it removed). No DNS, no page.

export type Tag = [name: string, value: string];

export type Fault =
  | { code: "version" } // does not begin with v=DMARC1
  | { code: "syntax"; part: string } // no name=value
  | { code: "twice"; tag: string }
  | { code: "unknown"; tag: string }
  | { code: "removed"; tag: string } // pct, rf, ri: receivers of today ignore them
  | { code: "value"; tag: string; value: string }
  | { code: "no_policy" };

export interface DmarcRecord {
  tags: Tag[];
  faults: Fault[];
}

const policies = /^(none|quarantine|reject)$/i;
const uris = /^\s*mailto:[^\s,@]+@[^\s,@]+(\s*,\s*mailto:[^\s,@]+@[^\s,@]+)*\s*$/i;
const values: Record<string, RegExp> = {
  v: /^DMARC1$/,
  p: policies,
  sp: policies,
  np: policies,
  adkim: /^[rs]$/i,
  aspf: /^[rs]$/i,
  t: /^[yn]$/i,
  psd: /^[ynu]$/i,
  fo: /^[01ds](\s*:\s*[01ds])*$/i,
  rua: uris,
  ruf: uris,
  pct: /^(100|[1-9]?\d)$/,
  rf: /^afrf$/i,
  ri: /^\d+$/,
};
const removed = new Set(["pct", "rf", "ri"]);

/** The texts in pasted lines: bare, of a zone file, or as dig and nslookup print them. Parts in quotes are joined. */
export function pastedTexts(pasted: string): string[] {
  const lines = pasted.replace(/\(([^()]*)\)/g, (_, inner: string) => inner.replace(/\s*\n\s*/g, " ")).split(/\r?\n/);
  return lines.flatMap((line) => {
    const quoted = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? "").replace(/\\(.)/g, "$1"));
    if (quoted.length > 0) return [quoted.join("")];
    const start = line.search(/\bv\s*=/i);
    const text = (start < 0 ? line : line.slice(start)).trim();
    return text && !text.startsWith(";") ? [text] : [];
  });
}

/** Whether a text of _dmarc is meant as a DMARC record: all others are left out of the count. */
export const isDmarc = (text: string): boolean => /^\s*v\s*=\s*DMARC1\b/i.test(text);

export function readRecord(text: string): DmarcRecord {
  const tags: Tag[] = [];
  const faults: Fault[] = [];
  for (const part of text.split(";")) {
    if (!part.trim()) continue;
    const at = part.indexOf("=");
    if (at <= 0) {
      faults.push({ code: "syntax", part: part.trim() });
      continue;
    }
    const tag = part.slice(0, at).trim().toLowerCase();
    const value = part.slice(at + 1).trim();
    if (tags.some(([name]) => name === tag)) faults.push({ code: "twice", tag });
    else if (!(tag in values)) faults.push({ code: "unknown", tag });
    else if (!values[tag]?.test(value)) faults.push({ code: "value", tag, value });
    else if (removed.has(tag)) faults.push({ code: "removed", tag });
    tags.push([tag, value]);
  }
  if (tags[0]?.[0] !== "v" || tags[0][1] !== "DMARC1") faults.unshift({ code: "version" });
  if (!tags.some(([name]) => name === "p")) faults.push({ code: "no_policy" });
  return { tags, faults };
}

export const valueOf = (record: DmarcRecord, tag: string): string | null =>
  record.tags.find(([name]) => name === tag)?.[1] ?? null;

const written = (tags: Tag[]): string => tags.map(([name, value]) => `${name}=${value}`).join("; ");

// RFC 6068 2 and RFC 9989 4.7: what would end the address, the list or the record is written as %XX.
const inUri = (address: string): string =>
  "mailto:" + address.replace(/[%!,;\s?&]/g, (one) => "%" + one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0"));

/** The addresses that a rua or ruf names, without the size that may follow one. */
export function addressesOf(value: string | null): string[] {
  return (value ?? "").split(",").flatMap((uri) => {
    const address = /^\s*mailto:([^!]+)/i.exec(uri)?.[1]?.trim();
    if (!address) return [];
    try {
      return [decodeURIComponent(address)];
    } catch {
      return [address];
    }
  });
}

const sameAddress = (a: string, b: string): boolean => {
  const [aLocal, aHost] = a.split("@");
  const [bLocal, bHost] = b.split("@");
  return aLocal === bLocal && aHost?.toLowerCase() === bHost?.toLowerCase();
};

/** The record with `address` among those that get aggregate reports; all its tags stay, in their order. */
export function withReportAddress(record: DmarcRecord | null, address: string): string {
  if (!record || record.tags.length === 0) return written([["v", "DMARC1"], ["p", "none"], ["rua", inUri(address)]]);
  const tags = record.tags.filter(([name], index) => name !== "v" && record.tags.findIndex(([first]) => first === name) === index);
  const rua = tags.findIndex(([name]) => name === "rua");
  const old = rua < 0 ? null : (tags[rua]?.[1] ?? null);
  if (!tags.some(([name]) => name === "p")) tags.unshift(["p", "none"]);
  const at = tags.findIndex(([name]) => name === "rua");
  if (at < 0) tags.push(["rua", inUri(address)]);
  else if (!addressesOf(old).some((one) => sameAddress(one, address)))
    tags[at] = ["rua", old ? `${old},${inUri(address)}` : inUri(address)];
  return written([["v", "DMARC1"], ...tags]);
}

/** "Example.COM." -> "example.com", names in other scripts in their DNS form; null where it is no domain name. */
export function domainName(text: string): string | null {
  const bare = text.trim().replace(/\.$/, "");
  if (!/^[^\s/:@?#%\\]+\.[^\s/:@?#%\\.]+$/.test(bare)) return null;
  try {
    const host = new URL("http://" + bare).hostname;
    return /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(host) ? host : null;
  } catch {
    return null;
  }
}

export function mailAddress(text: string): string | null {
  const [local, host, ...more] = text.trim().split("@");
  if (!local || more.length > 0 || /[\s<>()]/.test(local)) return null;
  const domain = domainName(host ?? "");
  return domain && `${local}@${domain}`;
}

const within = (inner: string, outer: string): boolean => inner === outer || inner.endsWith("." + outer);

/** Hosts of report addresses that are not of the domain: each must say that it takes the reports (RFC 9990 4). Without
 * the public suffix list two names below one organizational domain may be taken for strangers; the hint does no harm. */
export function foreignHosts(domain: string, record: DmarcRecord): string[] {
  const hosts = [...addressesOf(valueOf(record, "rua")), ...addressesOf(valueOf(record, "ruf"))].flatMap((address) => {
    const host = domainName(address.split("@")[1] ?? "");
    return host && !within(host, domain) && !within(domain, host) ? [host] : [];
  });
  return [...new Set(hosts)];
}

export const permissionName = (domain: string, host: string): string => `${domain}._report._dmarc.${host}.`;
