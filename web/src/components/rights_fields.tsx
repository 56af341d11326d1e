// What somebody may see, in forms: names of domains, apart by commas or spaces; none is all of them.
import { words } from "../words/pages";

export const domainsIn = (text: string): string[] => text.split(/[\s,、]+/).filter((name) => name !== "");

export function DomainsField({ value }: { value?: readonly string[] }) {
  return (
    <label>
      {words.users.domains}
      <input name="domains" type="text" defaultValue={(value ?? []).join(", ")} placeholder="example.com, *.example.org" autocapitalize="none" spellcheck={false} />
      <span class="hint">{words.users.domains_hint}</span>
    </label>
  );
}

export function Domains({ of }: { of: readonly string[] }) {
  return of.length === 0 ? <span class="faint">{words.users.all_domains}</span> : <>{of.join(", ")}</>;
}
