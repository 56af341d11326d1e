// Which programs may ask, and for what?
import { useState } from "preact/hooks";
import { createToken, revokeToken, tokens } from "../api/access";
import type { Scope, Token } from "../api/access_types";
import { useAnswer } from "../api/use_answer";
import { useDeed } from "../api/use_deed";
import { base } from "../base";
import { CopiedText } from "../components/copied_text";
import { Became, CertainButton } from "../components/deed";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { Domains, DomainsField, domainsIn } from "../components/rights_fields";
import { SettingsTabs } from "../components/settings_tabs";
import { type Column, Table } from "../components/table";
import { Stranger } from "../components/text";
import * as format from "../format";
import { words } from "../words/pages";

const scopes: Scope[] = ["read", "ingest", "admin"];

export function Tokens() {
  const answer = useAnswer(tokens());
  const revocation = useDeed();
  const active = answer.value?.data.filter((token) => token.state === "active").length;
  return (
    <>
      <PageHead title={words.settings.parts.tokens}>
        {active !== undefined && <p>{words.tokens.answer(<strong>{format.count(active)}</strong>)}</p>}
      </PageHead>
      <SettingsTabs />
      <CreateToken />
      <Panel title={words.tokens.all}>
        <Await of={answer}>
          {(value) => (
            <Table
              caption={words.tokens.all}
              rows={value.data}
              nothing={words.tokens.none}
              columns={columns(revocation.busy, (id) => void revocation.act(() => revokeToken(id)))}
            />
          )}
        </Await>
        <Became of={revocation} done={words.tokens.revoked} />
      </Panel>
    </>
  );
}

function columns(busy: boolean, revoke: (id: string) => void): Column<Token>[] {
  const text = words.tokens;
  const name = (row: Token) => row.name || row.id;
  const moment = (at: string | null, none: string) => (at ? <span class="nowrap">{format.moment(at)}</span> : <span class="faint">{none}</span>);
  return [
    {
      key: "name",
      title: text.name,
      head: true,
      cell: (row) => (
        <>
          {row.name && <Stranger text={row.name} />} <code>{row.id}</code>
        </>
      ),
    },
    { key: "state", title: text.state, cell: (row) => <span class={"token-state " + row.state}>{text.states[row.state]}</span> },
    { key: "scope", title: text.scope, cell: (row) => text.scopes[row.scope] },
    { key: "domains", title: words.users.domains, cell: (row) => <Domains of={row.domains} /> },
    {
      key: "created",
      title: words.users.created,
      cell: (row) => (
        <>
          {moment(row.created_at, "")} <span class="faint">{row.created_by}</span>
        </>
      ),
    },
    { key: "used", title: text.last_used, cell: (row) => moment(row.last_used_at, words.users.never) },
    {
      key: "ends",
      title: text.expires,
      cell: (row) => (row.revoked_at ? <>{text.revoked_at(format.moment(row.revoked_at))}</> : moment(row.expires_at, text.for_ever)),
    },
    {
      key: "act",
      title: words.users.act,
      cell: (row) =>
        row.state === "active" && (
          <CertainButton question={text.revoke_sure(name(row))} label={text.revoke_of(name(row))} disabled={busy} act={() => revoke(row.id)}>
            {text.revoke}
          </CertainButton>
        ),
    },
  ];
}

function CreateToken() {
  const deed = useDeed();
  const [made, setMade] = useState<Token | null>(null); // until the page is left: nobody can ask for it again
  const text = words.tokens;
  const submit = async (form: HTMLFormElement) => {
    const typed = new FormData(form);
    const scope = scopes.find((one) => one === typed.get("scope")) ?? "read";
    const days = String(typed.get("days")).trim();
    setMade(null);
    const done = await deed.act(async () => {
      const { data } = await createToken(String(typed.get("name")), scope, domainsIn(String(typed.get("domains"))), days ? Number(days) : null);
      setMade(data);
    });
    if (done) form.reset();
  };
  return (
    <Panel title={text.create}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <div class="form-grid">
          <label>
            {text.name}
            <input name="name" type="text" maxLength={100} autocomplete="off" placeholder="grafana" />
          </label>
          <label>
            {text.scope}
            <select name="scope">
              {scopes.map((scope) => (
                <option key={scope} value={scope}>
                  {text.scopes[scope]}
                </option>
              ))}
            </select>
          </label>
          <label>
            {text.days}
            <input name="days" type="number" min={1} max={3650} step={1} defaultValue="365" />
            <span class="hint">{text.days_hint}</span>
          </label>
          <DomainsField />
        </div>
        <button type="submit" disabled={deed.busy}>
          {text.create_button}
        </button>
        <Became of={deed} done={text.created} />
      </form>
      {made?.token && (
        <div class="secret">
          <CopiedText label={text.secret(made.name || made.id)} text={made.token} />
          <p class="hint">{text.once}</p>
          <CopiedText label={text.use} text={`curl -H "Authorization: Bearer ${made.token}" ${new URL("api/v1/summary", base).href}`} />
        </div>
      )}
    </Panel>
  );
}
