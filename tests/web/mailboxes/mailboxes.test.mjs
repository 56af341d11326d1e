// The panel of mailboxes, on what serve_mailboxes.py serves.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, axeViolations, number, open, stopBrowser } from "../browser/support.mjs";

after(stopBrowser);

// Of the mailboxes: runs tell the names of what they read, too.
const line = (page, name) =>
  page.locator("tr", { has: page.locator(".mailbox-state") }).filter({ has: page.getByText(name, { exact: true }) });

test("each mailbox says how it is doing, and why not", async () => {
  const { page, faults, close } = await open("ingest");
  try {
    const { data } = await api("ingest/mailboxes");
    assert.deepEqual(data.map((mailbox) => mailbox.name), ["calm", "locked", "away"]);
    assert.match(await line(page, "calm").innerText(), /INBOX[\s\S]*Up to date/);
    assert.doesNotMatch(await line(page, "calm").innerText(), /not yet/); // it has had a mail, and was read to its end
    const locked = await line(page, "locked").innerText();
    assert.match(locked, /Login refused/);
    assert.ok(locked.includes("<b>wrong</b> password"), locked); // a stranger's words, as they are
    assert.match(await line(page, "away").innerText(), /Failed, will try again[\s\S]*No connection/);
    const colour = (name) => line(page, name).locator(".mailbox-state").evaluate((state) => getComputedStyle(state).color);
    assert.equal(await colour("locked"), "rgb(179, 0, 27)"); // red
    assert.notEqual(await colour("away"), await colour("locked"));
    assert.deepEqual(await axeViolations(page), []);
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
});

test("a mailbox is fetched now", async () => {
  const { page, faults, close } = await open("ingest");
  try {
    const before = (await api("ingest/mailboxes")).data[0];
    await page.getByRole("button", { name: "Fetch now: calm" }).click();
    const deadline = Date.now() + 60_000;
    let mailbox = before;
    while (mailbox.mails === before.mails && Date.now() < deadline) {
      await page.waitForTimeout(200);
      [mailbox] = (await api("ingest/mailboxes")).data;
    }
    assert.equal(mailbox.mails, before.mails + 1);
    assert.equal(number(await line(page, "calm").locator("td.number").innerText()), 0); // none is waiting
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
});
