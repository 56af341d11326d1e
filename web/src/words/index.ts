// The words of the page in the reader's language: those of the frame, the Overview and what all pages share. A module that
// is part of the first load imports its words from here, so that it cannot use others (build.mjs checks that, too).
// Another language is another pair of files of the same types.
import type { Language } from "../preferences";
import type { en } from "./en";

export type Words = typeof en;

/** There once speak() has ended; nothing is drawn before. */
export let words: Words;

export async function speak(language: Language): Promise<void> {
  words = language === "ja" ? (await import("./ja")).ja : (await import("./en")).en;
}
