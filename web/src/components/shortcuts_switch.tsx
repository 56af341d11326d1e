import { useState } from "preact/hooks";
import { enableShortcuts, shortcutsEnabled } from "../preferences";
import { words } from "../words/pages";

/** Single keys can be switched off (WCAG 2.1.4). */
export function ShortcutsSwitch() {
  const [on, setOn] = useState(shortcutsEnabled);
  return (
    <p>
      <label>
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => {
            enableShortcuts(event.currentTarget.checked);
            setOn(event.currentTarget.checked);
          }}
        />{" "}
        {words.help.shortcuts_on}
      </label>
    </p>
  );
}
