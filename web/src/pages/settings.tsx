// How do I like to see this? Kept in this browser; what concerns everybody stands in the configuration.
import { useState } from "preact/hooks";
import { OwnPassword } from "../components/own_password";
import { LanguagePicker, ThemePicker } from "../components/preference_pickers";
import { PageHead } from "../components/page";
import { Panel } from "../components/panel";
import { SettingsTabs } from "../components/settings_tabs";
import { RetentionPanel } from "../components/retention_panel";
import { ShortcutsSwitch } from "../components/shortcuts_switch";
import { Link } from "../components/text";
import { forget } from "../preferences";
import { words } from "../words/pages";

export function Settings() {
  const [forgotten, setForgotten] = useState(false);
  const text = words.settings;
  return (
    <>
      <PageHead title={text.title} />
      <SettingsTabs />
      <div class="columns">
        <Panel title={text.yours}>
          <p class="hint">{text.kept}</p>
          <div class="form-grid">
            <label>
              {words.language.label} <LanguagePicker />
            </label>
            <label>
              {words.theme.label} <ThemePicker />
            </label>
          </div>
          <ShortcutsSwitch />
          <p>
            <button
              type="button"
              onClick={() => {
                forget();
                setForgotten(true);
              }}
            >
              {text.forget}
            </button>{" "}
            <span role="status" class="faint">
              {forgotten && text.forgotten}
            </span>
          </p>
        </Panel>
        <OwnPassword />
        <RetentionPanel />
        <Panel title={text.everybody}>
          <p>{text.configuration}</p>
          <pre>
            <code>ruadar config show --origin</code>
          </pre>
          <ul>
            <li>
              <Link to="setup">{words.setup.title}</Link>
            </li>
            <li>
              <Link to="ingest">{words.ingest.title}</Link>
            </li>
            <li>
              <Link to="help">{words.help.title}</Link>
            </li>
          </ul>
        </Panel>
      </div>
    </>
  );
}
