// Who decided what, and when?
import { audit } from "../api/access";
import type { AuditAction } from "../api/access_types";
import { useAnswer } from "../api/use_answer";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { SettingsTabs } from "../components/settings_tabs";
import { Downloads, Pager, Table } from "../components/table";
import { Link, Stranger } from "../components/text";
import * as format from "../format";
import { go, usePlace } from "../navigation";
import { address, withKeys } from "../query";
import { words } from "../words/pages";

export function Audit() {
  const { path, query } = usePlace();
  const actor = query.get("actor");
  const action = query.get("action");
  const question = audit(actor, action, { limit: 50, cursor: query.get("cursor") });
  const answer = useAnswer(question);
  const text = words.audit;
  return (
    <>
      <PageHead title={words.settings.parts.audit}>
        <p>{text.answer}</p>
      </PageHead>
      <SettingsTabs />
      <Panel
        title={
          actor && (
            <span class="chips">
              <span class="chip">
                <Link to={path} query={withKeys(query, { actor: null })} class="chip-remove" label={words.filter.remove(text.actor, actor)}>
                  {text.actor} = <Stranger text={actor} /> ×
                </Link>
              </span>
            </span>
          )
        }
        actions={
          <>
            <label>
              {text.action}{" "}
              <select value={action ?? ""} onChange={(event) => go(address(path, withKeys(query, { action: event.currentTarget.value || null })))}>
                <option value="">{words.failures.any}</option>
                {(Object.keys(text.actions) as AuditAction[]).map((one) => (
                  <option key={one} value={one}>
                    {text.actions[one]}
                  </option>
                ))}
              </select>
            </label>
            <Downloads of={question} />
          </>
        }
      >
        <Await of={answer}>
          {(value) => (
            <>
              <Table
                caption={words.settings.parts.audit}
                rows={value.data}
                nothing={text.none}
                columns={[
                  { key: "at", title: text.at, head: true, cell: (row) => <span class="nowrap">{format.moment(row.at)}</span> },
                  {
                    key: "actor",
                    title: text.actor,
                    cell: (row) => (
                      <Link to={path} query={withKeys(query, { actor: row.actor })}>
                        <Stranger text={row.actor} />
                      </Link>
                    ),
                  },
                  { key: "action", title: text.action, cell: (row) => text.actions[row.action] ?? row.action },
                  { key: "target", title: text.target, cell: (row) => (row.target ? <Stranger text={row.target} /> : "") },
                  { key: "detail", title: words.failure.detail, cell: (row) => (row.detail ? <Stranger text={row.detail} /> : "") },
                  { key: "address", title: text.address, cell: (row) => (row.address ? <Stranger text={row.address} /> : "") },
                ]}
              />
              <Pager shown={value.data.length} total={value.meta.total} next={value.page.next_cursor} />
            </>
          )}
        </Await>
      </Panel>
    </>
  );
}
