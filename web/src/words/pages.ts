// All words: what a page other than the Overview imports. They come with the first such page.
import { speak, type Words, words as first } from ".";
import { chosenLanguage } from "../preferences";
import type { enPages } from "./en_pages";

export type PageWords = typeof enPages;

/** There once speakPages() has ended; routes.ts awaits it before any page that needs it. */
export let words: Words & PageWords;

export async function speakPages(): Promise<void> {
  if (words) return;
  const language = chosenLanguage();
  const more = language === "ja" ? (await import("./ja_pages")).jaPages : (await import("./en_pages")).enPages;
  await speak(language);
  words = { ...first, ...more };
}
