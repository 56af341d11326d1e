// What stands where nothing can be shown: it says why, and what to do.
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { usePlace } from "../navigation";
import { filtersOf, withKeys, withoutFilter } from "../query";
import { words } from "../words";
import { sayValue } from "./filter_bar";
import { Link, Stranger } from "./text";
import { UploadBox } from "./upload_box";

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

function Fresh({ failures }: { failures: number }) {
  return (
    <section class="empty">
      <h2>{words.empty.fresh}</h2>
      {failures > 0 && (
        <p>
          {words.empty.all_failed} <Link to="ingest/failures">{words.attention.see_failures}</Link>
        </p>
      )}
      <p>{words.empty.fresh_body}</p>
      <p>{words.empty.fresh_import}</p>
      <pre>
        <code>ruadar import ~/Mail/dmarc.mbox</code>
      </pre>
      <p>{words.empty.fresh_upload}</p>
      <UploadBox />
      <p>{words.empty.fresh_dns}</p>
      <pre>
        <code>_dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"</code>
      </pre>
    </section>
  );
}
