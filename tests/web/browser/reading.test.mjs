// Ways to read the pages: on paper, much enlarged, by keyboard alone, with a finger, without motion.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, newContext, open, settled, startBrowser, stopBrowser } from "./support.mjs";

after(stopBrowser);

test("on paper everything is open, with its window and address, and without what can be pressed", async () => {
  const { page, close } = await open("?range=7d&reporter=!nobody.example");
  try {
    assert.equal(await page.locator(".chart tbody tr").count(), 0);
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    // Printing does not wait: the rows are there at once.
    assert.ok((await page.evaluate(() => document.querySelectorAll(".chart tbody tr").length)) >= 7);
    assert.ok(await page.getByText(page.url(), { exact: true }).isVisible());
    assert.match(await page.locator(".window").innerText(), /newest report/);
    assert.match(await page.locator(".chip").innerText(), /Reporter ≠ nobody\.example/);
    assert.equal(await page.locator("main thead").first().evaluate((head) => getComputedStyle(head).display), "table-header-group");
    for (const gone of [".top nav", ".buttons", ".downloads", ".segments"]) assert.ok(!(await page.locator(gone).first().isVisible()), gone);
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.waitForFunction(() => document.querySelectorAll(".chart tbody tr").length === 0);
    assert.ok(!(await page.getByText(page.url(), { exact: true }).isVisible()));
  } finally {
    await close();
  }
});

const { data: [domain] } = await api("domains?limit=1");
const { data: [source] } = await api("sources?limit=1");
const { data: [report] } = await api("reports?limit=1");
const everything = [
  "?range=12m",
  "?class=fail_delivered&class=fail_stopped&reporter=!nobody.example&compare=previous",
  `domains/${encodeURIComponent(domain.domain)}?range=90d`,
  `domains/${encodeURIComponent(domain.domain)}?tab=policy`,
  "sources",
  `sources/${encodeURIComponent(source.ip)}`,
  "policies?range=90d",
  "reporters",
  "reports",
  `reports/${report.id}`,
  `reports/${report.id}/xml`,
  "records",
  "ingest",
  "ingest/messages",
  "ingest/failures?state=all",
  "setup",
  "settings",
  "settings/tokens",
  "help",
  "help/api",
];
for (const path of everything) {
  test(`"${path}" enlarged four times scrolls in one direction only`, async () => {
    const context = await newContext({ width: 320 });
    const { page } = await open(path, context);
    try {
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    } finally {
      await context.close();
    }
  });
}

test("a very wide screen is not left empty nor torn apart", async () => {
  const context = await newContext({ width: 3840 });
  const { page } = await open("", context);
  try {
    const main = await page.locator("main").boundingBox();
    const chart = await page.locator(".chart-frame svg").first().boundingBox();
    assert.ok(main.width > 1000 && chart.width > 0.9 * main.width);
    assert.ok(Math.abs(main.x - (3840 - main.x - main.width)) < 40, "in the middle");
  } finally {
    await context.close();
  }
});

test("the tabulator reaches everything in turn, and shows where it is", async () => {
  const { page, close } = await open("?range=7d");
  try {
    const reached = [];
    for (let turn = 0; turn < 400; turn += 1) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const one = document.activeElement;
        if (!one || one === document.body) return null;
        const style = getComputedStyle(one);
        const box = one.getBoundingClientRect();
        const top = document.elementFromPoint(box.x + Math.min(box.width, 600) / 2, box.y + box.height / 2);
        return {
          name: `${one.tagName} ${one.getAttribute("aria-label") ?? one.textContent.slice(0, 30)}`,
          outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
          covered: top !== null && top !== one && !one.contains(top) && !top.contains(one),
          inView: box.bottom > 0 && box.top < innerHeight,
        };
      });
      if (!at) break;
      reached.push(at);
    }
    const wanted = await page.evaluate(
      () => [...document.querySelectorAll("a[href], button:not(:disabled), select, input, summary, [tabindex='0']")].filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0).length,
    );
    assert.ok(wanted > 50);
    assert.equal(reached.length, wanted);
    assert.deepEqual(reached.filter((one) => !one.outlined || one.covered || !one.inView).map((one) => one.name), []);
  } finally {
    await close();
  }
});

test("a finger selects days by moving over them, and only reads by touching", async () => {
  const { data: days } = await api("timeseries?interval=day&range=7d");
  const context = await (await startBrowser()).newContext({ viewport: { width: 360, height: 800 }, hasTouch: true, locale: "en-GB" });
  const { page } = await open("?range=7d", context);
  try {
    const frame = page.locator(".chart-frame").first();
    await frame.scrollIntoViewIfNeeded();
    const box = await frame.boundingBox();
    const session = await context.newCDPSession(page);
    const touch = (type, index) => {
      const x = box.x + 44 + ((box.width - 44) * (index + 0.5)) / 7;
      return session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y: box.y + 80 }] });
    };
    const before = page.url();
    await touch("touchStart", 2);
    await touch("touchEnd", 2);
    await settled(page);
    assert.equal(page.url(), before);
    await touch("touchStart", 1);
    await touch("touchMove", 2);
    await touch("touchMove", 4);
    await touch("touchEnd", 4);
    await page.waitForURL(new RegExp(`from=${days[1].day}&to=${days[4].day}`));
  } finally {
    await context.close();
  }
});

test("who asks for less motion gets none", async () => {
  const { page, close } = await open("", null, (page) => page.emulateMedia({ reducedMotion: "reduce" }));
  try {
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")].filter((one) => {
        const style = getComputedStyle(one);
        return style.animationName !== "none" || style.transitionDuration.split(",").some((time) => parseFloat(time) > 0);
      }).length,
    );
    assert.equal(moving, 0);
  } finally {
    await close();
  }
});

test("on a phone rows are cards with named values, and filters are one row that scrolls", async () => {
  const context = await newContext({ width: 360 });
  const { page } = await open("reports?range=all&reporter=!nobody.example&domain=!nobody.example&class=!unknown", context);
  try {
    const row = page.locator("tbody tr").first();
    const cells = await row.locator("> *").evaluateAll((all) =>
      all.filter((one) => one.checkVisibility()).map((one) => ({
        head: one.tagName === "TH",
        top: one.getBoundingClientRect().top,
        text: one.textContent + (one.querySelector("svg") ? "picture" : ""),
        label: getComputedStyle(one, "::before").content,
      })),
    );
    const [head, ...values] = cells.sort((a, b) => a.top - b.top);
    assert.ok(head.head, "the name of the row comes first");
    assert.ok(values.length > 3);
    assert.equal(new Set(cells.map((one) => one.top)).size, cells.length, "one below the other");
    assert.deepEqual(values.filter((one) => one.label === "none" || one.label === '""' || one.text === ""), []);
    const chips = await page.locator(".chips > *").evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
    assert.equal(chips.length, 5);
    assert.ok(Math.max(...chips) - Math.min(...chips) < 12, "one row");
    assert.ok((await page.locator(".chips").evaluate((one) => one.scrollWidth - one.clientWidth)) > 0);
    assert.ok(await page.locator(".add-filter").isVisible());
  } finally {
    await context.close();
  }
});

test("Japanese has room between its lines, and no slanted letters", async () => {
  const context = await newContext({ language: "ja" });
  try {
    for (const path of ["?range=90d&compare=previous", `reports/${report.id}`, `sources/${encodeURIComponent(source.ip)}`, "setup", "help"]) {
      const { page, close } = await open(path, context);
      const wrong = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
        const found = new Set();
        while (walker.nextNode()) {
          const one = walker.currentNode.parentElement;
          if (!/[\u3040-\u30ff\u4e00-\u9fff]/.test(walker.currentNode.textContent) || one.closest("svg, option, button, .visually-hidden")) continue;
          const style = getComputedStyle(one);
          if (parseFloat(style.lineHeight) < 1.69 * parseFloat(style.fontSize) || style.fontStyle !== "normal") found.add(`${one.tagName}.${one.className} ${style.lineHeight} ${style.fontSize}`);
        }
        return [...found];
      });
      assert.deepEqual(wrong, [], path);
      await close();
    }
  } finally {
    await context.close();
  }
});
