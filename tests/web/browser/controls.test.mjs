// What can be pressed: by single keys, by keyboard alone beside a notice, with a finger.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, newContext, open, settled, stopBrowser } from "./support.mjs";

after(stopBrowser);

const { data: domains } = await api("domains?limit=1");
const { data: sources } = await api("sources?limit=1");
const domain = `domains/${encodeURIComponent(domains[0].domain)}`;

test("search is one key or one button away on every page, and finds in all records where a page lists nothing", async () => {
  const { page, faults, close } = await open("help");
  try {
    const value = page.getByLabel("Value", { exact: true });
    await page.keyboard.press("/");
    await page.waitForURL(/records#search$/);
    await value.waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Value");
    await page.keyboard.type(sources[0].ip);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("q") === sources[0].ip);
    await settled(page);
    await page.goto(new URL("?range=90d", page.url().replace(/records.*/, "")).href);
    await settled(page);
    await page.getByRole("button", { name: "Search" }).click();
    await value.waitFor();
    assert.equal(await page.getByLabel("Field").inputValue(), "q");
    assert.equal(new URL(page.url()).search, "?range=90d", "the page stays");
    await page.keyboard.press("Escape");
    await value.waitFor({ state: "detached" });
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
});

test("keys of a window and of a comparison do nothing where there is none", async () => {
  const { page, close } = await open("help");
  try {
    for (const key of ["d", "m", "x", "[", "f"]) await page.keyboard.press(key);
    await settled(page);
    assert.match(page.url(), /help$/);
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL(/sources$/);
    await settled(page);
    await page.keyboard.press("x");
    assert.match(page.url(), /sources$/, "sources are not compared");
    await page.keyboard.press("d");
    await page.waitForURL(/sources\?range=7d$/);
  } finally {
    await close();
  }
});

test("in a chart Escape leaves the selection, and Alt with arrows is left to the browser", async () => {
  const { page, close } = await open("?range=30d");
  try {
    const chart = page.getByRole("slider").first();
    const at = () => chart.getAttribute("aria-valuenow");
    await chart.focus();
    await page.keyboard.press("Home");
    assert.equal(await at(), "0");
    const taken = await chart.evaluate((one) => {
      const event = new KeyboardEvent("keydown", { key: "ArrowRight", altKey: true, bubbles: true, cancelable: true });
      one.dispatchEvent(event);
      return event.defaultPrevented;
    });
    assert.equal(taken, false);
    assert.equal(await at(), "0");
    await page.keyboard.press("Shift+ArrowRight");
    assert.equal(await at(), "1");
    assert.equal(await page.locator(".active-band").count(), 1);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector(".active-band"));
  } finally {
    await close();
  }
});

test("Escape closes what was opened, and the focus goes back to what opened it", async () => {
  const context = await newContext({ width: 360 });
  const { page } = await open("?range=90d", context);
  try {
    for (const [name, opened] of [["Menu", page.getByRole("navigation", { name: "Pages" })], ["Custom", page.getByLabel("From")], ["+ Filter", page.getByLabel("Field")]]) {
      const button = page.getByRole("button", { name, exact: true });
      await button.focus();
      await page.keyboard.press("Enter");
      await opened.waitFor({ state: "visible" });
      await page.keyboard.press("Tab");
      await page.keyboard.press("Escape");
      await opened.waitFor({ state: "hidden" });
      await page.waitForFunction((text) => document.activeElement?.textContent === text, name);
    }
  } finally {
    await context.close();
  }
});

test("buttons zoom in and out where nobody drags", async () => {
  const { page, close } = await open("?range=30d");
  try {
    const { meta } = await api("summary");
    const shown = () => new URL(page.url()).searchParams;
    await page.getByRole("button", { name: "Zoom in" }).first().click();
    await page.waitForURL(/from=/);
    await settled(page);
    const [from, to] = [shown().get("from"), shown().get("to")];
    assert.ok(from > meta.from && to < meta.to, `${from} ${to}`);
    await page.getByRole("button", { name: "Zoom out" }).first().click();
    await page.waitForURL((url) => url.searchParams.get("from") < from);
    assert.ok(shown().get("to") >= to);
  } finally {
    await close();
  }
});

test("what has the focus is never below the notice of new data", async () => {
  const { page, close } = await open("?range=7d", await newContext(), (page) => page.setViewportSize({ width: 1280, height: 500 }));
  try {
    await page.route("**/api/v1/status", async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      body.data.generation += 1;
      await route.fulfill({ response, json: body });
    });
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page.locator(".new-data").waitFor();
    const hidden = [];
    let reached = 0;
    for (; reached < 400; reached += 1) {
      await page.keyboard.press("Tab");
      const found = await page.evaluate(() => {
        const one = document.activeElement;
        if (!one || one === document.body) return null;
        if (one.closest(".new-data")) return "";
        const box = one.getBoundingClientRect();
        const notice = document.querySelector(".new-data").getBoundingClientRect();
        const apart = box.bottom <= notice.top || box.top >= notice.bottom || box.right <= notice.left || box.left >= notice.right;
        // A part of something large may lie below it.
        return apart || box.top < notice.top - 40 ? "" : `${one.tagName} ${one.textContent.slice(0, 30)}`;
      });
      if (found === null) break;
      if (found) hidden.push(found);
    }
    assert.ok(reached > 50);
    assert.deepEqual(hidden, []);
  } finally {
    await page.context().close();
    await close();
  }
});

for (const path of ["?range=90d&class=fail_delivered&reporter=!nobody.example", domain, "policies?range=90d", "ingest", "ingest/failures?state=all", "settings", "setup"])
  test(`every control of "${path}" is at least 24 px in both directions`, async () => {
    const context = await newContext({ width: 360 });
    const { page } = await open(path, context);
    try {
      const menu = page.getByRole("button", { name: "Menu" });
      await menu.click();
      const found = await page.evaluate(() => {
        const controls = "button, select, summary, input:not([type='hidden'], .visually-hidden), .segments > a, .chip a, .tabs a, .top a, .downloads a, .pager a, thead a";
        return [...document.querySelectorAll(controls)]
          .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("table > thead, .visually-hidden"))
          .map((one) => ({ name: `${one.tagName} ${one.textContent.slice(0, 20)}`, box: (one.closest("label") ?? one).getBoundingClientRect() }))
          .map(({ name, box }) => ({ name, width: Math.round(box.width), height: Math.round(box.height) }));
      });
      assert.ok(found.length > 10);
      assert.deepEqual(found.filter((one) => one.width < 24 || one.height < 24), []);
    } finally {
      await context.close();
    }
  });
