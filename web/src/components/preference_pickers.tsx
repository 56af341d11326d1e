// How a reader likes to see the pages; stands in the head of each, and in Settings.
import { useEffect, useState } from "preact/hooks";
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

const languages: [Language, string][] = [
  ["en", "English"],
  ["ja", "日本語"],
];
const drawnFirst = 1000; // milliseconds

/** Another script needs a font that nothing else on the page does: its name comes once the page has been drawn, or before
 * when somebody is about to choose. */
export function LanguagePicker() {
  const chosen = chosenLanguage();
  const [all, setAll] = useState(false);
  const show = () => setAll(true);
  useEffect(() => {
    const timer = setTimeout(show, drawnFirst);
    return () => clearTimeout(timer);
  }, []);
  return (
    <select
      class="language"
      aria-label={words.language.label}
      value={chosen}
      onFocus={show}
      onPointerEnter={show}
      onChange={(event) => {
        chooseLanguage(event.currentTarget.value as Language);
        location.reload();
      }}
    >
      {languages.map(
        ([code, name]) =>
          (all || code === chosen) && (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ),
      )}
    </select>
  );
}
