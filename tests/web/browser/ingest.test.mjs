// What came in today and in each run: numbers of the API, which add up and lead to their rows.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, number, numberIn, open, settled, stopBrowser } from "./support.mjs";

after(stopBrowser);

const outcomes = ["stored", "duplicate", "conflict", "quarantined", "ignored"];

test("what came in today adds up, and leads to the mails of the day", async () => {
  const { page, faults, close } = await open("ingest");
  try {
    const links = page.locator(".today a");
    const day = new URL(await links.first().getAttribute("href")).searchParams.get("read_on");
    const { meta, counts } = await api("ingest/messages?limit=1&read_on=" + day);
    const [mails, ...shown] = (await links.allInnerTexts()).map(number);
    assert.ok(mails > 0);
    assert.equal(mails, meta.total);
    assert.deepEqual(shown, outcomes.map((outcome) => counts[outcome]));
    assert.equal(await numberIn(page, ".today + .hint"), meta.attachments);
    await page.getByText("No mailbox is watched, so nothing is known to wait.").waitFor();

    await links.nth(outcomes.indexOf("ignored") + 1).click();
    await page.waitForURL(/outcome=ignored/);
    await settled(page);
    assert.equal(await numberIn(page, ".attachments-total"), counts.ignored);
    await page.getByRole("link", { name: "Show all" }).click();
    await page.waitForURL((url) => url.search === "?outcome=ignored");
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
});

test("a run says what it read, and leads to the mails that it was the first to read", async () => {
  const { data: runs } = await api("ingest/runs?limit=20");
  const run = runs.find((one) => one.kind === "import");
  const { page, faults, close } = await open("ingest");
  try {
    const name = run.origin.split("/").at(-1);
    const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: `${run.id} · import ${name}` }) });
    assert.deepEqual((await row.locator("a").allInnerTexts()).map(number), [run.mails, ...outcomes.map((outcome) => run[outcome]).filter((n) => n > 0)]);
    await row.locator("a[href*='outcome=stored']").click();
    await page.waitForURL((url) => url.searchParams.get("run") === String(run.id));
    await settled(page);
    const { meta } = await api(`ingest/messages?run=${run.id}&outcome=stored&limit=1`);
    assert.equal(await numberIn(page, ".attachments-total"), meta.attachments);
    await page.getByText(`The run itself counted ${run.mails.toLocaleString("en")} mails and files (Stored: ${run.stored.toLocaleString("en")})`).waitFor();
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
});
