// What stands on every page while there is no report yet: where reports come from, and how to give those one has.
import { words } from "../words/pages";
import { Link } from "./text";
import { UploadBox } from "./upload_box";

export function Fresh({ failures }: { failures: number }) {
  return (
    <section class="empty">
      <h2>{words.fresh.title}</h2>
      {failures > 0 && (
        <p>
          {words.fresh.all_failed} <Link to="ingest/failures">{words.attention.see_failures}</Link>
        </p>
      )}
      <p>{words.fresh.body}</p>
      <p>{words.fresh.import}</p>
      <pre>
        <code>ruadar import ~/Mail/dmarc.mbox</code>
      </pre>
      <p>{words.fresh.upload}</p>
      <UploadBox />
      <p>{words.fresh.dns}</p>
      <pre>
        <code>_dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"</code>
      </pre>
    </section>
  );
}
