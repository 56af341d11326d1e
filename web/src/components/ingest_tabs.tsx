import { usePlace } from "../navigation";
import { words } from "../words/pages";
import { Link } from "./text";

const parts = [
  ["ingest", "overview"],
  ["ingest/messages", "messages"],
  ["ingest/failures", "failures"],
] as const;

/** The pages on what came in. */
export function IngestTabs() {
  const { path } = usePlace();
  return (
    <nav class="tabs" aria-label={words.ingest.title}>
      {parts.map(([to, name]) => (
        <Link key={to} to={to} current={to === path}>
          {words.ingest.parts[name]}
        </Link>
      ))}
    </nav>
  );
}
