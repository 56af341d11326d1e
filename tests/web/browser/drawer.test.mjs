// A source opened from the list is read beside it where the screen is wide, and as a page of its own elsewhere.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, axeViolations, newContext, number, numberIn, open, settled, stopBrowser } from "./support.mjs";

after(stopBrowser);

const { data: sources } = await api("sources?range=all&limit=50");
const address = (ip) => "sources/" + encodeURIComponent(ip);
const wanted = sources.filter((row) => row.ip !== null).at(-1);
const other = sources.find((row) => row.ip !== null && row.ip !== wanted.ip);

const linkOf = (page, ip) => page.locator("main").getByRole("link", { name: ip, exact: true });
const drawer = (page) => page.getByRole("complementary");
const focusedIn = (page, selector) => page.evaluate((name) => document.activeElement?.closest(name) !== null, selector);
const focusedText = (page) => page.evaluate(() => document.activeElement?.textContent);

async function follow(page, ip) {
  await linkOf(page, ip).click();
  await page.waitForURL((url) => url.pathname.endsWith(address(ip)));
  await settled(page);
}

test("a source is read beside its list, which stays as it was, and every way back leads to its row", async () => {
  const { page, faults, close } = await open("sources?range=all");
  try {
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    const title = await page.title();
    await linkOf(page, wanted.ip).scrollIntoViewIfNeeded();
    const top = async () => (await linkOf(page, wanted.ip).boundingBox()).y;
    const before = await top();
    await follow(page, wanted.ip);

    assert.equal(await numberIn(page, ".drawer .answer-sentence .number"), wanted.messages);
    assert.ok(await focusedIn(page, ".drawer"), "the keyboard goes on in what was opened");
    assert.ok(Math.abs((await top()) - before) <= 2, "the row stands where it stood");
    assert.deepEqual(asked.filter((url) => /api\/v1\/(sources|summary|concentration)\?/.test(url)), [], "the list is not asked for again");
    assert.match(await page.title(), new RegExp(wanted.ip));
    assert.equal(await linkOf(page, wanted.ip).getAttribute("aria-current"), "page");
    assert.equal(await page.getByRole("complementary", { name: `Source ${wanted.ip}` }).count(), 1);
    assert.equal(await page.locator(".filter-bar").count(), 1, "both have the same window and filters");
    assert.deepEqual(await axeViolations(page), []);

    for (const leave of [
      () => page.keyboard.press("Escape"),
      () => page.goBack(),
      () => drawer(page).getByRole("button", { name: "Close" }).click(),
    ]) {
      await leave();
      await page.waitForURL(/sources\?range=all$/);
      await drawer(page).waitFor({ state: "detached" });
      assert.equal(await focusedText(page), wanted.ip);
      assert.equal(await page.title(), title);
      assert.ok(Math.abs((await top()) - before) <= 2);
      await follow(page, wanted.ip);
    }
    // One after the other; closing is one step all the same.
    await follow(page, other.ip);
    assert.equal(await numberIn(page, ".drawer .answer-sentence .number"), other.messages);
    await page.keyboard.press("Escape");
    await page.waitForURL(/sources\?range=all$/);
    await drawer(page).waitFor({ state: "detached" });
    assert.equal(await focusedText(page), other.ip);
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
});

test("whoever comes back from the records of a source finds it beside its list", async () => {
  const { page, close } = await open("sources?range=all");
  try {
    await follow(page, wanted.ip);
    await drawer(page).locator(".answer-sentence .number").first().click();
    await page.waitForURL(/records\?/);
    await settled(page);
    assert.equal(await drawer(page).count(), 0);
    assert.equal(await numberIn(page, ".messages-total"), wanted.messages);
    await page.goBack();
    await drawer(page).waitFor();
    await linkOf(page, wanted.ip).waitFor();
  } finally {
    await close();
  }
});

test("in the dark and in Japanese it has nothing that axe objects to, and reaches over no edge", async () => {
  const context = await newContext({ width: 1440, theme: "dark", language: "ja" });
  const { page, faults } = await open("sources?range=all", context);
  try {
    await follow(page, wanted.ip);
    assert.deepEqual(await axeViolations(page), []);
    const overflow = await page.evaluate(() => [document.documentElement, document.querySelector(".drawer")].map((one) => one.scrollWidth - one.clientWidth));
    assert.deepEqual(overflow, [0, 0]);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
});

test("by its address, and where the screen is not wide, a source is a page", async () => {
  const direct = await open(address(wanted.ip) + "?range=all");
  try {
    assert.equal(await drawer(direct.page).count(), 0);
    assert.equal(await direct.page.locator("main .filter-bar").count(), 1);
  } finally {
    await direct.close();
  }
  const context = await newContext({ width: 1100 });
  const { page } = await open("sources?range=all", context);
  try {
    await follow(page, wanted.ip);
    assert.equal(await drawer(page).count(), 0);
    assert.equal(await page.locator("main h1").innerText(), wanted.ip);
  } finally {
    await context.close();
  }
});

test("a window made narrow shows the source as a page, and paper shows it alone", async () => {
  const { page, close } = await open("sources?range=all");
  try {
    await follow(page, wanted.ip);
    await page.emulateMedia({ media: "print" });
    assert.ok(await drawer(page).isVisible());
    assert.ok(!(await page.locator("main").isVisible()));
    await page.emulateMedia({ media: "screen" });
    await page.setViewportSize({ width: 900, height: 900 });
    await page.locator("main h1", { hasText: wanted.ip }).waitFor();
    assert.equal(await drawer(page).count(), 0);
  } finally {
    await close();
  }
});

test("who saw a source, day by day, adds up, and a bar leads to its records", async () => {
  const { days } = (await api(address(wanted.ip))).data;
  const ip = encodeURIComponent(wanted.ip);
  const seen = await api(`timeseries?interval=day&by=reporter&top=8&ip=${ip}&from=${days[0].day}&to=${days.at(-1).day}`);
  const { page, faults, close } = await open(address(wanted.ip));
  try {
    const table = page.getByRole("table", { name: "Who saw it, day by day" });
    assert.deepEqual(await table.getByRole("rowheader").allInnerTexts(), seen.keys);
    const told = (await table.locator("td.number").allInnerTexts()).map(number);
    assert.deepEqual(told, seen.keys.map((key) => seen.data.reduce((sum, point) => sum + (point.by[key] ?? 0), 0)));
    assert.equal(told.reduce((sum, n) => sum + n, 0), await numberIn(page, ".chart .readout-when .number"));

    const panel = page.locator(".panel", { has: table });
    await panel.getByText("Show as table").click();
    await panel.locator(".plain").waitFor();
    assert.equal(await panel.locator(".plain tbody tr").count(), seen.data.length, "the same as a table");

    const [reporter] = seen.keys;
    const at = seen.data.findLastIndex((point) => point.by[reporter] > 0);
    const strip = table.locator("svg").first();
    await strip.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await strip.boundingBox();
    await page.mouse.click(x + ((at + 0.5) * width) / seen.data.length, y + height / 2);
    await page.waitForURL(/records\?/);
    await settled(page);
    assert.equal(await numberIn(page, ".messages-total"), seen.data[at].by[reporter]);
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
});
