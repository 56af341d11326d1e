// What stands on every page while there is no report yet: why there is none, and what to do about it.
import { api } from "../api/client";
import type { MailboxRow } from "../api/types";
import { useAnswer } from "../api/use_answer";
import { words } from "../words/pages";
import { Link, Stranger } from "./text";
import { UploadBox } from "./upload_box";

export function Fresh({ failures }: { failures: number }) {
  const mailboxes = useAnswer(api.mailboxes());
  return (
    <section class="empty">
      <h2>{failures > 0 ? words.fresh.all_failed : words.fresh.title}</h2>
      {failures > 0 ? (
        <p>
          {words.fresh.look} <Link to="ingest/failures">{words.attention.see_failures}</Link>
        </p>
      ) : (
        mailboxes.value && <Why mailboxes={mailboxes.value.data} />
      )}
      <p>
        <Link to="setup" class="call">
          {words.fresh.setup}
        </Link>
      </p>
      <p>{words.fresh.body}</p>
      <p>{words.fresh.import}</p>
      <pre>
        <code>ruadar import ~/Mail/dmarc.mbox</code>
      </pre>
      <p>{words.fresh.upload}</p>
      <UploadBox />
    </section>
  );
}

function Why({ mailboxes }: { mailboxes: MailboxRow[] }) {
  if (mailboxes.length === 0) return <p>{words.fresh.no_mailbox}</p>;
  const broken = mailboxes.filter((one) => one.error !== null);
  if (broken.length === 0) return <p>{words.fresh.mailbox_ok}</p>;
  return (
    <ul>
      {broken.map((one) => (
        <li key={one.name}>
          {words.fresh.mailbox_broken(<Stranger text={one.name} />)} <Stranger text={one.error} />
        </li>
      ))}
    </ul>
  );
}
