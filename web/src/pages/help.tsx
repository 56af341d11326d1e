// What do these words mean, and how do I get about?
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { resultClasses } from "../classes";
import { ClassMark } from "../components/class_mark";
import { Facts } from "../components/facts";
import { PageHead } from "../components/page";
import { Panel } from "../components/panel";
import { ShortcutsSwitch } from "../components/shortcuts_switch";
import { Link } from "../components/text";
import { words } from "../words/pages";

export function Help() {
  const status = useAnswer(api.status());
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
            <ShortcutsSwitch />
            <Facts of={words.help.keys.map(([key, what]) => [<kbd>{key}</kbd>, what])} />
          </Panel>
          <Panel title={words.help.api}>
            <p>{words.help.api_body}</p>
            <ul>
              <li>
                <Link to="help/api">{words.reference.title}</Link>
              </li>
              <li>
                <Link to="help/errors">{words.problems.title}</Link>
              </li>
              <li>
                <a href={api.openapi().address} target="_blank" rel="noopener">
                  openapi.json
                </a>
              </li>
            </ul>
          </Panel>
          <Panel title={words.nav.settings}>
            <Link to="setup">{words.setup.title}</Link>
          </Panel>
        </div>
      </div>
      {status.value && <p class="hint">{words.version(status.value.data.version)}</p>}
    </>
  );
}
