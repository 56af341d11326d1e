// What needs a person, from the rules of attention.ts.
import { api } from "../api/client";
import type { Meta } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { type Attention, droppedRates, newFailingSources, openFailures, silentReporters } from "../attention";
import * as format from "../format";
import { usePlace } from "../navigation";
import { during } from "../query";
import { words } from "../words";
import { Panel } from "./panel";
import { shifted } from "./range_picker";
import { domainPath, Link, reporterPath, sourcePath, Stranger } from "./text";

const looked = 200; // sources and reporters: the newest, the largest

export function AttentionList({ meta, scope }: { meta: Meta; scope: URLSearchParams }) {
  const all = usePlace().query.get("range") === "all";
  const before = all ? null : shifted(meta, -1);
  const status = useAnswer(api.status());
  const now = useAnswer(api.domains(scope, { limit: 100 }));
  const earlier = useAnswer(before ? api.domains(during(scope, before.from, before.to), { limit: 100 }) : null);
  const sources = useAnswer(api.sources(scope, { limit: looked, sort: "-first_seen" }));
  const reporters = useAnswer(api.reporters(scope, { limit: looked }));
  const waiting = [status, now, earlier, sources, reporters].some((answer) => answer.loading);
  const found: Attention[] = [
    ...(status.value ? openFailures(status.value.data) : []),
    ...(now.value && earlier.value && before ? droppedRates(now.value.data, earlier.value.data) : []),
    ...(sources.value ? newFailingSources(sources.value.data, meta.from, meta.to) : []),
    ...(reporters.value ? silentReporters(reporters.value.data, meta.from, meta.to) : []),
  ];
  if (waiting && found.length === 0) return null;
  return (
    <Panel
      class="attention"
      title={
        <>
          {words.overview.attention} {found.length > 0 && <span class="badge">{found.length}</span>}
        </>
      }
    >
      {found.length === 0 ? (
        <p class="calm">{words.overview.calm}</p>
      ) : (
        <ul>
          {found.map((one, index) => (
            <li key={index} class={one.kind}>
              <Item of={one} scope={scope} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Item({ of, scope }: { of: Attention; scope: URLSearchParams }) {
  const link = (to: string, text: string) => (
    <Link to={to} query={scope}>
      <Stranger text={text} />
    </Link>
  );
  switch (of.kind) {
    case "failures_open":
      return <Link to="ingest/failures">{words.attention.failures_open(of.count, format.count(of.count))}</Link>;
    case "rate_dropped": {
      const percent = (rate: number) => format.percent(rate, 1);
      return (
        <span>
          {words.attention.rate_dropped(
            link(domainPath(of.domain), of.domain),
            percent(of.before),
            percent(of.now),
            format.count(of.messages),
          )}
        </span>
      );
    }
    case "new_source":
      return (
        <span>
          {words.attention.new_source(
            link(sourcePath(of.ip), of.ip),
            format.shortDay(of.since),
            format.count(of.messages),
            format.count(of.failed),
          )}
        </span>
      );
    case "reporter_silent":
      return (
        <span>
          {words.attention.reporter_silent(link(reporterPath(of.reporter), of.reporter), of.days, of.reported, of.of)}
        </span>
      );
  }
}
