// What do these words mean, and how do I get about?
import { useState } from "preact/hooks";
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { resultClasses } from "../classes";
import { ClassMark } from "../components/class_mark";
import { Facts } from "../components/facts";
import { PageHead } from "../components/page";
import { Panel } from "../components/panel";
import { enableShortcuts, shortcutsEnabled } from "../preferences";
import { words } from "../words/pages";

export function Help() {
  const status = useAnswer(api.status());
  const [keys, setKeys] = useState(shortcutsEnabled);
  return (
    <>
      <PageHead title={words.help.title} />
      <div class="columns">
        <Panel title={words.help.glossary}>
          <Facts of={words.help.terms} />
        </Panel>
        <div>
          <Panel title={words.help.classes}>
            <Facts of={resultClasses.map((name) => [<ClassMark name={name} />, words.class_meaning[name]])} />
          </Panel>
          <Panel title={words.help.filters}>
            <p>{words.help.filters_body}</p>
          </Panel>
          <Panel title={words.help.shortcuts}>
            <p>
              <label>
                <input
                  type="checkbox"
                  checked={keys}
                  onChange={(event) => {
                    enableShortcuts(event.currentTarget.checked);
                    setKeys(event.currentTarget.checked);
                  }}
                />{" "}
                {words.help.shortcuts_on}
              </label>
            </p>
            <Facts of={words.help.keys.map(([key, what]) => [<kbd>{key}</kbd>, what])} />
          </Panel>
          <Panel title={words.help.api}>
            <p>{words.help.api_body}</p>
            <ul>
              {Object.entries(words.help.api_links).map(([path, name]) => (
                <li key={path}>
                  <a href={"api/v1/" + path + (path === "timeseries" ? "?interval=day" : path === "breakdown" ? "?by=ip" : "")} target="_blank" rel="noopener">
                    <code>/api/v1/{path}</code>
                  </a>{" "}
                  {name}
                </li>
              ))}
            </ul>
          </Panel>
        </div>
      </div>
      {status.value && <p class="hint">{words.version(status.value.data.version)}</p>}
    </>
  );
}
