// What a reader prefers, kept in this browser only.
export type Theme = "system" | "light" | "dark";
export type Language = "en" | "ja";

type Key = "theme" | "language" | "shortcuts" | "seen";
const keys: Key[] = ["theme", "language", "shortcuts", "seen"];

export function kept(key: Key): string | null {
  try {
    return localStorage.getItem("ruadar." + key);
  } catch {
    return null; // storage is switched off
  }
}
export function keep(key: Key, value: string): void {
  try {
    localStorage.setItem("ruadar." + key, value);
  } catch {
    // then it holds for this page only
  }
}

export function chosenTheme(): Theme {
  const theme = kept("theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}
export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
export function chooseTheme(theme: Theme): void {
  keep("theme", theme);
  showTheme(theme);
}

export function chosenLanguage(): Language {
  const language = kept("language") ?? navigator.language.slice(0, 2);
  return language === "ja" ? "ja" : "en";
}
export function chooseLanguage(language: Language): void {
  keep("language", language);
  document.documentElement.lang = language;
}

export const shortcutsEnabled = (): boolean => kept("shortcuts") !== "off";
export const enableShortcuts = (on: boolean): void => keep("shortcuts", on ? "on" : "off");

/** Everything that was chosen here, so that the next load is as the first was. */
export function forget(): void {
  for (const key of keys) {
    try {
      localStorage.removeItem("ruadar." + key);
    } catch {
      // nothing is kept
    }
  }
}
