// Logging in with name and password.
import { useState } from "preact/hooks";
import { api, ApiError, logIn } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { base } from "../base";
import { PageHead } from "../components/page";
import { ErrorNote } from "../components/panel";
import { usePlace } from "../navigation";
import { words } from "../words/pages";

/** Where to go afterwards: a page of ours, whatever the address says. */
export function placeAfterLogin(next: string | null, from: URL): URL {
  const home = new URL(from);
  try {
    const url = new URL(next ?? "", from);
    return url.origin === from.origin && url.pathname.startsWith(from.pathname) ? url : home;
  } catch {
    return home;
  }
}

function sayProblem(error: unknown): string {
  if (!(error instanceof ApiError) || error.status === 0) return words.error.unreachable;
  if (error.status === 429) return words.login.wait;
  return error.status === 401 ? words.login.wrong : error.message;
}

export function Login() {
  const { query } = usePlace();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const answer = useAnswer(api.session());
  const session = answer.value?.data;

  const submit = async (form: HTMLFormElement) => {
    const typed = new FormData(form);
    setBusy(true);
    setProblem(null);
    try {
      await logIn(String(typed.get("name")), String(typed.get("password")));
      // A new document: nothing of what somebody else saw stays in memory.
      location.assign(placeAfterLogin(query.get("next"), base));
    } catch (error) {
      setProblem(sayProblem(error));
      setBusy(false);
    }
  };
  return (
    <>
      <PageHead title={words.login.title} />
      {answer.error && <ErrorNote error={answer.error} again={answer.again} />}
      {session?.open && <p>{words.login.open}</p>}
      {session?.name && <p>{words.login.in_as(session.name)}</p>}
      {session?.login === "proxy" && !session.name && <p>{words.login.proxy}</p>}
      {session?.login === "password" && !session.open && (
        <form
          class="login"
          onSubmit={(event) => {
            event.preventDefault();
            void submit(event.currentTarget);
          }}
        >
          <p>
            <label>
              {words.login.name}
              <input name="name" type="text" autocomplete="username" autocapitalize="none" spellcheck={false} required />
            </label>
          </p>
          <p>
            <label>
              {words.login.password}
              <input name="password" type="password" autocomplete="current-password" required />
            </label>
          </p>
          <p role="alert">{problem}</p>
          <button type="submit" disabled={busy}>
            {words.login.submit}
          </button>
        </form>
      )}
    </>
  );
}
