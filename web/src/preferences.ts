// What a reader prefers, kept in this browser only.
export type Theme = "system" | "light" | "dark";
export type Language = "en" | "ja";

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off
  }
}
function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // then it holds for this page only
  }
}

export function chosenTheme(): Theme {
  const theme = read("ruadar.theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}
export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
export function chooseTheme(theme: Theme): void {
  write("ruadar.theme", theme);
  showTheme(theme);
}

export function chosenLanguage(): Language {
  const language = read("ruadar.language") ?? navigator.language.slice(0, 2);
  return language === "ja" ? "ja" : "en";
}
export function chooseLanguage(language: Language): void {
  write("ruadar.language", language);
  document.documentElement.lang = language;
}

export const shortcutsEnabled = (): boolean => read("ruadar.shortcuts") !== "off";
export const enableShortcuts = (on: boolean): void => write("ruadar.shortcuts", on ? "on" : "off");

/** Everything that was chosen here, so that the next load is as the first was. */
export function forget(): void {
  for (const key of ["ruadar.theme", "ruadar.language", "ruadar.shortcuts"]) {
    try {
      localStorage.removeItem(key);
    } catch {
      // nothing is kept
    }
  }
}
