// The head of every page: where to go, and how to see it.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, logOut } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { base } from "../base";
import { usePlace } from "../navigation";
import { scopeOf } from "../query";
import { search } from "../shortcuts";
import { words } from "../words";
import { LanguagePicker, ThemePicker } from "./preference_pickers";
import { Link } from "./text";

const pages = ["", "sources", "policies", "reporters", "reports", "records", "ingest", "settings", "help"] as const;

// They show the same whatever the window and the filters.
const unscoped = new Set<string>(["ingest", "settings", "help"]);

export function Header() {
  const { path, query } = usePlace();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  const button = useRef<HTMLButtonElement>(null);
  const section = path.startsWith("domains/") ? "" : path.split("/")[0];
  const scope = scopeOf(query);
  return (
    <header
      class="top"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <a class="brand" href="./">
        <Logo /> <span>Ruadar</span>
      </a>
      <button ref={button} type="button" class="menu-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {words.nav.menu}
      </button>
      <nav class={open ? "open" : ""} aria-label={words.nav.label}>
        {pages.map((page) => (
          <Link key={page} to={page} query={unscoped.has(page) ? undefined : scope} current={page === section}>
            {words.nav[page || "overview"]}
          </Link>
        ))}
      </nav>
      <div class="preferences">
        <button type="button" class="search" aria-keyshortcuts="/" onClick={search}>
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d="M10.5 10.5 15 15M12 6.5a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0z" />
          </svg>{" "}
          <span class="search-text">{words.nav.search}</span>
        </button>
        <LogOut />
        <ThemePicker />
        <LanguagePicker />
      </div>
    </header>
  );
}

// Where there is a session to end.
function LogOut() {
  const session = useAnswer(api.session()).value?.data;
  if (!session?.logout) return null;
  const leave = async () => {
    await logOut();
    location.assign(new URL("login", base));
  };
  return (
    <button type="button" onClick={() => void leave()}>
      {words.nav.log_out(session.name ?? "")}
    </button>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" class="logo">
      <rect width="32" height="32" rx="7" />
      <path d="M10.3 10.3a8 8 0 1 0 11.4 11.4M16 16l8.5-8.5" />
      <circle cx="16" cy="16" r="3" />
      <circle cx="24.5" cy="7.5" r="2.6" class="blip" />
    </svg>
  );
}
