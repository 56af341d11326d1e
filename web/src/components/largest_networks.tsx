// The networks with the most messages, with what they sent together; what has no address is in none of them.
import { api } from "../api/client";
import type { BreakdownRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import * as format from "../format";
import { narrowed, unsaid, withFilter } from "../query";
import { words } from "../words/pages";
import { Await, Panel } from "./panel";
import { classColumns } from "./rates";
import { Downloads, Table } from "./table";
import { Link } from "./text";
import { Together } from "./together";

export function LargestNetworks({ scope, count }: { scope: URLSearchParams; count: number }) {
  const addressed = withFilter(scope, { field: "ip", value: unsaid("ip"), negated: true });
  const question = api.breakdown(addressed, "network", { limit: count });
  const answer = useAnswer(question);
  const title = words.concentration.top_networks(count, 0);
  // Where addresses are filtered, a network has messages that do not count here.
  const whole = !scope.has("ip");
  const scopeOf = (row: BreakdownRow) => narrowed(scope, "ip", row.key ?? unsaid("ip"));
  return (
    <Panel title={title} actions={<Downloads of={question} />}>
      <Await of={answer}>
        {(value) => (
          <>
            <Together rows={value.data} scope={scope} />
            <Table
              caption={title}
              rows={value.data}
              columns={[
                { key: "network", title: words.columns.network, head: true, cell: (row) => <Link to="sources" query={scopeOf(row)}>{row.label}</Link> },
                ...classColumns<BreakdownRow>((row) => (whole ? scopeOf(row) : null), false),
                { key: "first", title: words.columns.first_seen, cell: (row) => row.first_seen && <span class="nowrap">{format.shortDay(row.first_seen)}</span> },
                { key: "last", title: words.columns.last_seen, cell: (row) => row.last_seen && <span class="nowrap">{format.shortDay(row.last_seen)}</span> },
              ]}
            />
            <p class="hint">{words.concentration.hint}</p>
          </>
        )}
      </Await>
    </Panel>
  );
}
