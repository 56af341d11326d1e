// What needs a person, from the rules of attention.ts.
import { api } from "../api/client";
import type { Meta } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { type Attention, changedPolicies, droppedRates, newFailingSources, openFailures, silentReporters } from "../attention";
import { failClasses } from "../classes";
import { completeDays } from "../days";
import * as format from "../format";
import { usePlace } from "../navigation";
import { during, type FilterField, narrowed, withKeys } from "../query";
import { words } from "../words";
import { Panel } from "./panel";
import { shifted } from "./range_picker";
import { domainPath, Link, Messages, reporterPath, sourcePath, Stranger } from "./text";

const looked = 200; // sources and reporters: the newest, the largest

export function AttentionList({ meta, scope }: { meta: Meta; scope: URLSearchParams }) {
  const all = usePlace().query.get("range") === "all";
  const complete = all ? null : completeDays(meta);
  const before = complete && shifted({ ...meta, ...complete }, -1);
  const status = useAnswer(api.status());
  const now = useAnswer(complete && api.domains(complete.to === meta.to ? scope : during(scope, complete.from, complete.to), { limit: 100 }));
  const earlier = useAnswer(before ? api.domains(during(scope, before.from, before.to), { limit: 100 }) : null);
  const sources = useAnswer(api.sources(scope, { limit: looked, sort: "-first_seen" }));
  const reporters = useAnswer(api.reporters(scope, { limit: looked }));
  const policies = useAnswer(api.policies(scope, { limit: 1 }));
  const waiting = [status, now, earlier, sources, reporters, policies].some((answer) => answer.loading);
  const found: Attention[] = [
    ...(status.value ? openFailures(status.value.data) : []),
    ...(now.value && earlier.value && before ? droppedRates(now.value.data, earlier.value.data, complete) : []),
    ...(sources.value ? newFailingSources(sources.value.data, meta.from, meta.to) : []),
    ...(reporters.value ? silentReporters(reporters.value.data, meta.from, meta.to) : []),
    ...(policies.value ? changedPolicies(policies.value.changes, meta.to) : []),
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
            <li key={index} class={kindOf[one.kind]}>
              <span class="attention-mark" role="img" aria-label={words.attention.kinds[kindOf[one.kind]]}>
                {marks[kindOf[one.kind]]}
              </span>{" "}
              <Item of={one} scope={scope} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const kindOf = {
  failures_open: "broken",
  rate_dropped: "broken",
  new_source: "unclear",
  reporter_silent: "unclear",
  policy_changed: "news",
} as const satisfies Record<Attention["kind"], string>;
const marks = { broken: "!", unclear: "?", news: "i" } as const;

function Item({ of, scope }: { of: Attention; scope: URLSearchParams }) {
  const link = (to: string, text: string) => (
    <Link to={to} query={scope}>
      <Stranger text={text} />
    </Link>
  );
  const one = (value: string, field: FilterField) => narrowed(scope, field, value);
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
            <Messages n={of.failed} scope={of.days ? during(one(of.domain, "domain"), of.days.from, of.days.to) : one(of.domain, "domain")} classes={failClasses} />,
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
            <Messages n={of.messages} scope={one(of.ip, "ip")} />,
            <Messages n={of.failed} scope={one(of.ip, "ip")} classes={failClasses} />,
          )}
        </span>
      );
    case "policy_changed":
      return (
        <span>
          {words.attention.policy_changed(
            <Link to={domainPath(of.domain)} query={withKeys(narrowed(scope, "domain"), { tab: "policy" })}>
              <Stranger text={of.domain} />
            </Link>,
            of.from ?? words.not_said,
            of.to ?? words.not_said,
            format.shortDay(of.since),
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
