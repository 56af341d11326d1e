// The words of the page in the reader's language. Another language is another file of the same type.
import type { Language } from "../preferences";
import { en } from "./en";

export type Words = typeof en;

export let words: Words = en;

/** Loads the words of a language; those of English are always there. */
export async function speak(language: Language): Promise<void> {
  words = language === "ja" ? (await import("./ja")).ja : en;
}
