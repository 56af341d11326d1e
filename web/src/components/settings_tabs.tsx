import { api } from "../api/client";
import type { Session } from "../api/access_types";
import { useAnswer } from "../api/use_answer";
import { usePlace } from "../navigation";
import { words } from "../words/pages";
import { Link } from "./text";

const parts = [
  ["settings", "yours"],
  ["settings/users", "users"],
  ["settings/tokens", "tokens"],
  ["settings/audit", "audit"],
] as const;

const decides = (session: Session): boolean => session.scope === "admin" && session.domains.length === 0;

/** The parts of Settings; those on others' access only for who decides on it. */
export function SettingsTabs() {
  const { path } = usePlace();
  const session = useAnswer(api.session()).value?.data;
  if (!session || !decides(session)) return null;
  return (
    <nav class="tabs" aria-label={words.settings.title}>
      {parts.map(([to, name]) => (
        <Link key={to} to={to} current={to === path}>
          {words.settings.parts[name]}
        </Link>
      ))}
    </nav>
  );
}
