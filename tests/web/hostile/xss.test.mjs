// What strangers write is shown, and never run: every page with every payload in every text that a report or mail has.
// tests/end_to_end/hostile_text.py serves them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, base, newContext, open, settled, stopBrowser } from "../browser/support.mjs";

after(stopBrowser);

const payloads = JSON.parse(process.env.RUADAR_PAYLOADS);
const encoded = encodeURIComponent;
const { data: reports } = await api("reports?range=all&limit=1000");
const { data: reporters } = await api("reporters?range=all&limit=1000");
const { data: sources } = await api("sources?range=all&limit=1000");
const { data: tokens } = await api("tokens");
const { data: failures } = await api("ingest/failures?state=all&limit=1000");

test("the payloads are there to be shown", () => {
  assert.ok(payloads.length >= 24);
  assert.ok(reports.length >= 24, `${reports.length} reports`);
  assert.equal(reports.length + failures.length, 2 * payloads.length);
  assert.deepEqual(tokens.map((row) => row.name).sort(), payloads.toSorted());
});

const lists = [
  ["", "?range=all"],
  ["domain", "domains/example.com?range=all"],
  ["its sources", "domains/example.com?range=all&tab=sources"],
  ["its policy", "domains/example.com?range=all&tab=policy"],
  ["its reporters", "domains/example.com?range=all&tab=reporters"],
  ["its reports", "domains/example.com?range=all&tab=reports"],
  ["sources", "sources?range=all"],
  ["policies", "policies?range=all"],
  ["reporters", "reporters?range=all"],
  ["reports", "reports?range=all"],
  ["records", "records?range=all"],
  ["ingest", "ingest"],
  ["ledger", "ingest/messages"],
  ["failures", "ingest/failures?state=all"],
  ["settings", "settings"],
  ["users", "settings/users"],
  ["tokens", "settings/tokens"],
  ["log", "settings/audit"],
  ["setup", "setup"],
  ["help", "help"],
  ["login", "login"],
];
const details = [
  ["reports", reports.map((row) => `reports/${row.id}`)],
  ["documents", reports.map((row) => `reports/${row.id}/xml`)],
  ["reporters", reporters.map((row) => `reporters/${encoded(row.reporter)}?range=all`)],
  ["sources", sources.map((row) => `sources/${encoded(row.ip)}?range=all`)],
  ["failures", failures.map((row) => `ingest/failures/${row.id}`)],
  // Also what an address says.
  ["searches", payloads.map((text) => `records?range=all&q=${encoded(text)}`)],
  ["filters", payloads.map((text) => `?range=all&header_from=${encoded(text)}&reporter=${encoded(text)}`)],
  ["names", payloads.map((text) => `domains/${encoded(text)}`)],
  ["logins", payloads.map((text) => `login?next=${encoded(text)}`)],
];

/** Whatever in the document could run or fetch something that we did not put there. */
const planted = () =>
  [...document.querySelectorAll("*")].flatMap((node) => {
    const tag = node.localName;
    const wrong = [...node.attributes].filter(
      ({ name, value }) => name.startsWith("on") || /^\s*(javascript|data|vbscript):/i.test(value) || value.startsWith("//"),
    );
    const ours = tag !== "script" || (node.src && new URL(node.src).origin === location.origin);
    const alien = ["iframe", "object", "embed", "base", "math", "style", "foreignObject"].includes(tag) || !ours;
    return alien || wrong.length > 0 ? [node.outerHTML.slice(0, 200)] : [];
  });

async function look(page, faults, path) {
  await settled(page);
  assert.equal(await page.evaluate(() => "__xss" in globalThis), false, `${path}: something ran`);
  assert.deepEqual(await page.evaluate(planted), [], path);
  assert.deepEqual(await page.evaluate(() => globalThis.violations), [], path);
  assert.equal(new URL(page.url()).origin, base.origin, path);
  // An answer of 400 or 404 is one to a strange address; anything else is a fault.
  assert.deepEqual(
    faults.filter((fault) => !/status of 40[04]/.test(fault)),
    [],
    path,
  );
}

async function visit(paths) {
  const context = await newContext();
  const { page, faults } = await open(paths[0], context);
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  try {
    for (const path of paths) {
      await page.goto(new URL(path, base).href);
      await look(page, faults, path);
    }
  } finally {
    await context.close();
  }
}

for (const [name, path] of lists) test(`nothing runs in the list: ${name || "overview"}`, () => visit([path]));
for (const [name, paths] of details) test(`nothing runs in the details: ${name}`, () => visit(paths));

test("the names of tokens are there, in their own words", async () => {
  const context = await newContext();
  const { page } = await open("settings/tokens", context);
  await settled(page);
  const shown = await page.locator("main table").first().innerText();
  for (const payload of payloads.filter((text) => /^[<\w]/.test(text))) assert.ok(shown.includes(payload), payload);
  await context.close();
});

test("what a stranger sent opens as nothing that runs", async () => {
  const addresses = [
    ...failures.slice(0, 3).map((row) => row.raw),
    ...reports.slice(0, 3).map((row) => `/api/v1/reports/${row.id}/xml`),
    "/api/v1/records?range=all&format=csv",
    "/api/v1/records?range=all",
  ];
  for (const address of addresses) {
    const response = await fetch(new URL(address, base));
    assert.equal(response.status, 200, address);
    assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff");
    assert.match(response.headers.get("Content-Security-Policy"), /default-src 'none'|sandbox/);
    const type = response.headers.get("Content-Type");
    if (!type.startsWith("application/json")) assert.match(response.headers.get("Content-Disposition"), /^attachment; filename="[\w.-]+"$/);
    assert.doesNotMatch(type, /html|svg/);
    await response.arrayBuffer();
  }
});
