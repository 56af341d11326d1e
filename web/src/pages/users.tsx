// Who may look, and who decides?
import type { ComponentChildren } from "preact";
import { addUser, changeUser, removeUser, type Rights, users } from "../api/access";
import type { Role, User } from "../api/access_types";
import { useAnswer } from "../api/use_answer";
import { type Deed, useDeed } from "../api/use_deed";
import { Became, CertainButton } from "../components/deed";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { Domains, DomainsField, domainsIn } from "../components/rights_fields";
import { SettingsTabs } from "../components/settings_tabs";
import { Table } from "../components/table";
import { Link } from "../components/text";
import * as format from "../format";
import { go, usePlace } from "../navigation";
import { words } from "../words/pages";

export function Users() {
  const { path, query } = usePlace();
  const answer = useAnswer(users());
  const removal = useDeed();
  const text = words.users;
  const chosen = answer.value?.data.find((user) => user.name === query.get("user"));
  return (
    <>
      <PageHead title={words.settings.parts.users}>
        {answer.value && <p>{answer.value.data.length === 0 ? text.nobody : text.answer(<strong>{format.count(answer.value.data.length)}</strong>)}</p>}
      </PageHead>
      <SettingsTabs />
      <Panel>
        <Await of={answer}>
          {(value) => (
            <Table
              caption={words.settings.parts.users}
              rows={value.data}
              nothing={text.none}
              columns={[
                { key: "name", title: text.name, head: true, cell: (row) => row.name },
                { key: "role", title: text.role, cell: (row) => text.roles[row.role] },
                { key: "domains", title: text.domains, cell: (row) => <Domains of={row.domains} /> },
                { key: "created", title: text.created, cell: (row) => <span class="nowrap">{format.moment(row.created_at)}</span> },
                {
                  key: "login",
                  title: text.last_login,
                  cell: (row) => (row.last_login_at ? <span class="nowrap">{format.moment(row.last_login_at)}</span> : <span class="faint">{text.never}</span>),
                },
                {
                  key: "act",
                  title: text.act,
                  cell: (row) => (
                    <>
                      <Link to={path} query={new URLSearchParams({ user: row.name })} label={text.change_of(row.name)}>
                        {text.change}
                      </Link>{" "}
                      <CertainButton
                        question={text.remove_sure(row.name)}
                        label={text.remove_of(row.name)}
                        disabled={removal.busy}
                        act={() => void removal.act(() => removeUser(row.name))}
                      >
                        {text.remove}
                      </CertainButton>
                    </>
                  ),
                },
              ]}
            />
          )}
        </Await>
        <Became of={removal} done={text.removed} />
      </Panel>
      {chosen && <ChangeUser key={chosen.name} user={chosen} leave={() => go(path)} />}
      {answer.value && <AddUser first={answer.value.data.length === 0} />}
    </>
  );
}

const rightsOf = (typed: FormData): Rights => ({
  role: typed.get("role") === "admin" ? "admin" : "viewer",
  domains: domainsIn(String(typed.get("domains") ?? "")),
});

function RoleField({ value }: { value: Role }) {
  return (
    <label>
      {words.users.role}
      <select name="role" defaultValue={value}>
        {(["viewer", "admin"] as const).map((role) => (
          <option key={role} value={role} selected={role === value}>
            {words.users.roles[role]}
          </option>
        ))}
      </select>
    </label>
  );
}

function PasswordField({ label, required }: { label: string; required: boolean }) {
  return (
    <label>
      {label}
      <input name="password" type="password" autocomplete="new-password" minLength={10} required={required} />
      <span class="hint">{words.users.password_hint}</span>
    </label>
  );
}

// The first user is an admin of all domains: somebody must be able to let others in.
function AddUser({ first }: { first: boolean }) {
  const deed = useDeed();
  const text = words.users;
  const submit = async (form: HTMLFormElement) => {
    const typed = new FormData(form);
    const rights = first ? ({ role: "admin", domains: [] } as Rights) : rightsOf(typed);
    if (await deed.act(() => addUser(String(typed.get("name")), String(typed.get("password")), rights))) form.reset();
  };
  return (
    <Panel title={first ? text.add_first : text.add}>
      {first && <p class="hint">{text.first_hint}</p>}
      <UserForm deed={deed} submit={submit} button={text.add_button} done={text.added}>
        <label>
          {text.name}
          <input name="name" type="text" maxLength={64} autocomplete="off" autocapitalize="none" spellcheck={false} required />
        </label>
        <PasswordField label={text.password} required />
        {!first && <RoleField value="viewer" />}
        {!first && <DomainsField />}
      </UserForm>
    </Panel>
  );
}

function ChangeUser({ user, leave }: { user: User; leave: () => void }) {
  const deed = useDeed();
  const text = words.users;
  const submit = async (form: HTMLFormElement) => {
    const typed = new FormData(form);
    await deed.act(() => changeUser(user.name, rightsOf(typed), String(typed.get("password"))));
  };
  return (
    <Panel
      title={text.change_of(user.name)}
      actions={
        <button type="button" class="small quiet" onClick={leave}>
          {text.close}
        </button>
      }
    >
      <UserForm deed={deed} submit={submit} button={text.save} done={text.saved}>
        <RoleField value={user.role} />
        <DomainsField value={user.domains} />
        <PasswordField label={text.new_password} required={false} />
      </UserForm>
    </Panel>
  );
}

interface UserFormProps {
  deed: Deed;
  submit: (form: HTMLFormElement) => Promise<void>;
  button: string;
  done: string;
  children: ComponentChildren;
}
function UserForm({ deed, submit, button, done, children }: UserFormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <div class="form-grid">{children}</div>
      <button type="submit" disabled={deed.busy}>
        {button}
      </button>
      <Became of={deed} done={done} />
    </form>
  );
}
