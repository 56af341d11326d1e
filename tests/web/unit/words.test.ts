import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { en } from "../../../web/src/words/en";
import { enPages } from "../../../web/src/words/en_pages";
import { ja } from "../../../web/src/words/ja";
import { jaPages } from "../../../web/src/words/ja_pages";
import { noteSentences, reasonSentences } from "../../../web/src/words/ja_codes";

// test.mjs runs this in web/.
const codesIn = async (file: string): Promise<string[]> => {
  const text = await readFile(join(process.cwd(), "../schema", file), "utf8");
  return [...text.matchAll(/^\s+\{"([a-z0-9_]+)",/gm)].map((match) => match[1] ?? "");
};

test("every reason code of the server has a Japanese sentence, and no other", async () => {
  assert.deepEqual(Object.keys(reasonSentences).sort(), (await codesIn("reason.cpp")).sort());
});

test("every note of the server has a Japanese sentence, and no other", async () => {
  assert.deepEqual(Object.keys(noteSentences).sort(), (await codesIn("note.cpp")).sort());
});

/** Paths of all words that are plain text. */
function texts(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${path}${key}`, value] as [string, string]] : typeof value === "object" && value !== null ? texts(value as object, `${path}${key}.`) : [],
  );
}

test("no word of the pages hides one of the first load", () => {
  assert.deepEqual(Object.keys(enPages).filter((key) => key in en), []);
});

test("Japanese words are Japanese", () => {
  const same = new Set(["name", "table.csv", "table.ndjson", "table.api", "filter.hint.other", "source.copy_ip", "stages.xml",
    "report.message_id", "report.sha256", "report.xml", "help.keys.1.0", "help.keys.3.0", "help.keys.4.0", "help.keys.5.0", "help.keys.7.0"]);
  const english = new Map(texts({ ...en, ...enPages }));
  for (const [path, text] of texts({ ...ja, ...jaPages })) {
    if (same.has(path) || /^(reasons|notes)\./.test(path)) continue;
    assert.notEqual(text, english.get(path), path);
  }
});

test("Japanese terms are the same everywhere", () => {
  const all = new Map(texts({ ...ja, ...jaPages }));
  for (const [path, term] of [
    ["nav.sources", "送信元"], ["fields.ip", "送信元IP"], ["fields.reporter", "レポート発行者"], ["reporters.title", "レポート発行者"],
    ["fields.policy", "公開ポリシー"], ["fields.disposition", "適用ポリシー"], ["columns.disposition", "適用ポリシー"],
    ["dispositions.quarantine", "隔離"], ["dispositions.reject", "拒否"], ["columns.messages", "通数"], ["nav.ingest", "取り込み"],
    ["ingest.title", "取り込み"], ["failures.title", "解析エラー"], ["outcomes.quarantined", "解析エラー"], ["overview.attention", "要対応"],
    ["explain.overrides.forwarded", "転送"],
  ] as const)
    assert.equal(all.get(path), term, path);
  for (const name of ["pass_both", "pass_one"]) assert.match(all.get(`class_meaning.${name}`) ?? "", /アライメント一致/);
  for (const [path, text] of all) assert.doesNotMatch(text, /メッセージ数|レポーター|検疫|アラインメント|パースエラー/, path);
});

test("a silence is said with how often reports came before, in both languages", () => {
  for (const [gap, english, japanese] of [
    [1, "usually daily", "通常は毎日"],
    [1.4, "usually daily", "通常は毎日"],
    [2.6, "usually every 3 days", "通常は 3 日に1回"],
    [7.2, "usually weekly", "通常は週1回"],
  ] as const) {
    assert.equal(enPages.reporters.silent_for(3, gap), `silent for 3 days (${english})`);
    assert.equal(jaPages.reporters.silent_for(3, gap), `3 日間なし(${japanese})`);
    assert.match([en.attention.reporter_silent("a", 3, 10, 10 * gap)].flat().join(""), new RegExp(english));
    assert.match([ja.attention.reporter_silent("a", 3, 10, 10 * gap)].flat().join(""), new RegExp(japanese));
  }
  assert.equal(enPages.reporters.silent_for(1, null), "silent for 1 day");
});
