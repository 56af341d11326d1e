// How a reader likes to see the pages; stands in the head of each, and in Settings.
import { useState } from "preact/hooks";
import { chooseLanguage, chosenLanguage, chosenTheme, chooseTheme, type Language, type Theme } from "../preferences";
import { words } from "../words";

export function ThemePicker() {
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  return (
    <select
      aria-label={words.theme.label}
      value={theme}
      onChange={(event) => {
        const next = event.currentTarget.value as Theme;
        chooseTheme(next);
        setTheme(next);
      }}
    >
      {(["system", "light", "dark"] as const).map((one) => (
        <option key={one} value={one}>
          {words.theme[one]}
        </option>
      ))}
    </select>
  );
}

export function LanguagePicker() {
  return (
    <select
      aria-label={words.language.label}
      value={chosenLanguage()}
      onChange={(event) => {
        chooseLanguage(event.currentTarget.value as Language);
        location.reload();
      }}
    >
      <option value="en" lang="en">
        English
      </option>
      <option value="ja" lang="ja">
        日本語
      </option>
    </select>
  );
}
