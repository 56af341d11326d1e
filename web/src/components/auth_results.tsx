// The raw DKIM and SPF results of a record, one line each.
import type { ComponentChildren } from "preact";
import type { AuthDkim, AuthSpf } from "../api/types";
import { words } from "../words";
import { Stranger } from "./text";

interface AuthResultsProps<D, S> {
  dkim: D[];
  spf: S[];
  beside?: (result: D | S) => ComponentChildren; // what else is known of it
}
export function AuthResults<D extends AuthDkim, S extends AuthSpf>({ dkim, spf, beside }: AuthResultsProps<D, S>) {
  if (dkim.length + spf.length === 0) return <span class="faint">{words.table.nobody}</span>;
  return (
    <>
      {dkim.map((one, index) => (
        <span class="raw-result" key={"d" + index}>
          DKIM <strong>{one.result ?? words.table.nobody}</strong> <Stranger text={one.domain} />
          {one.selector && (
            <span class="faint">
              {" "}
              <Stranger text={one.selector} />
            </span>
          )}
          {beside?.(one)}
        </span>
      ))}
      {spf.map((one, index) => (
        <span class="raw-result" key={"s" + index}>
          SPF <strong>{one.result ?? words.table.nobody}</strong> <Stranger text={one.domain} />
          {one.scope === "helo" && <span class="faint"> HELO</span>}
          {beside?.(one)}
        </span>
      ))}
    </>
  );
}
