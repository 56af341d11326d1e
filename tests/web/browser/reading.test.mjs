// Ways to read the pages: on paper, much enlarged, by keyboard alone, with a finger, without motion.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, newContext, open, settled, startBrowser, stopBrowser } from "./support.mjs";

after(stopBrowser);

test("on paper everything is open, with its window and address, and without what can be pressed", async () => {
  const { page, close } = await open("?range=7d");
  try {
    assert.equal(await page.locator(".chart tbody tr").count(), 0);
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    // Printing does not wait: the rows are there at once.
    assert.ok((await page.evaluate(() => document.querySelectorAll(".chart tbody tr").length)) >= 7);
    assert.ok(await page.getByText(page.url(), { exact: true }).isVisible());
    assert.match(await page.locator(".window").innerText(), /newest report/);
    for (const gone of [".top nav", ".buttons", ".downloads", ".segments"]) assert.ok(!(await page.locator(gone).first().isVisible()), gone);
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.waitForFunction(() => document.querySelectorAll(".chart tbody tr").length === 0);
    assert.ok(!(await page.getByText(page.url(), { exact: true }).isVisible()));
  } finally {
    await close();
  }
});

for (const path of ["?range=12m", "sources", "policies?range=90d", "records", "ingest", "settings", "help"]) {
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
