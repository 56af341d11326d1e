// What stands where nothing can be shown: it says why, and what to do.
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { usePlace } from "../navigation";
import { filtersOf, withKeys, withoutFilter } from "../query";
import { words } from "../words";
import { sayValue } from "../words/values";
import { later } from "./later";
import { Link, Stranger } from "./text";

// Few readers ever see it, once: it is no part of the first load.
const Fresh = later(async () => (await import("./fresh")).Fresh);

/** For a page whose question has no rows. */
export function Empty() {
  const { path, query } = usePlace();
  const status = useAnswer(api.status());
  if (!status.value) return null;
  if (status.value.data.reports === 0) return <Fresh failures={status.value.data.failures_open} />;
  return (
    <section class="empty">
      <h2>{words.empty.filters}</h2>
      <p>{words.empty.filters_body}</p>
      <ul>
        {filtersOf(query).map((filter) => (
          <li key={filter.field + filter.value}>
            <Link to={path} query={withoutFilter(query, filter)}>
              {words.empty.drop([words.fields[filter.field], filter.negated ? " ≠ " : " = ", <Stranger text={sayValue(filter)} />])}
            </Link>
          </li>
        ))}
        {query.get("range") !== "all" && (
          <li>
            <Link to={path} query={withKeys(query, { range: "all", from: null, to: null })}>
              {words.empty.all_time}
            </Link>
          </li>
        )}
      </ul>
    </section>
  );
}
