// Changing the password of whoever is logged in with one.
import { changePassword } from "../api/access";
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { useDeed } from "../api/use_deed";
import { words } from "../words/pages";
import { Became } from "./deed";
import { Panel } from "./panel";

export function OwnPassword() {
  const session = useAnswer(api.session()).value?.data;
  const deed = useDeed();
  const text = words.users;
  if (session?.kind !== "user" || !session.logout) return null;
  const submit = async (form: HTMLFormElement) => {
    const typed = new FormData(form);
    if (await deed.act(() => changePassword(String(typed.get("current")), String(typed.get("new"))))) form.reset();
  };
  return (
    <Panel title={text.own_password}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <input type="hidden" autocomplete="username" value={session.name ?? ""} />
        <div class="form-grid">
          <label>
            {text.current_password}
            <input name="current" type="password" autocomplete="current-password" required />
          </label>
          <label>
            {text.new_password}
            <input name="new" type="password" autocomplete="new-password" minLength={10} required />
            <span class="hint">{text.password_hint}</span>
          </label>
        </div>
        <button type="submit" disabled={deed.busy}>
          {text.save}
        </button>
        <Became of={deed} done={text.password_changed} />
      </form>
    </Panel>
  );
}
