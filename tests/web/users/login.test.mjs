// Where there are users: logging in, staying in, logging out.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { axeViolations, base, newContext, open, settled, stopBrowser } from "../browser/support.mjs";

after(stopBrowser);

const password = process.env.RUADAR_PASSWORD;
const fill = async (page, name, word) => {
  await page.fill("input[name=name]", name);
  await page.fill("input[name=password]", word);
  await page.click("form.login button");
};

test("a reader logs in, stands where he wanted to go, and logs out", async () => {
  const context = await newContext();
  const { page, faults } = await open("records?range=7d", context);
  await page.waitForSelector("form.login");
  assert.equal(new URL(page.url()).pathname, "/login");
  assert.deepEqual(await axeViolations(page), []);

  await fill(page, "alice", "something else");
  await page.waitForFunction(() => document.querySelector("[role=alert]")?.textContent.includes("wrong"));

  await fill(page, "Alice", password);
  await page.waitForURL("**/records?range=7d");
  await settled(page);
  assert.ok((await page.locator("table tbody tr").count()) > 0);
  const cookies = await context.cookies();
  assert.equal(cookies.length, 1);
  assert.ok(cookies[0].httpOnly);
  assert.equal(cookies[0].sameSite, "Strict");
  assert.equal(await page.evaluate(() => document.cookie), "");

  await page.getByRole("button", { name: "Log out (alice)" }).click();
  await page.waitForSelector("form.login");
  assert.deepEqual(await context.cookies(), []);
  // What is asked without a session says so in the console, and nothing else does.
  assert.deepEqual(faults.filter((fault) => !/status of 401/.test(fault)), []);
  await context.close();
});

test("an address cannot send the reader elsewhere after the login", async () => {
  const context = await newContext({ language: "ja" });
  const { page } = await open("login?next=" + encodeURIComponent("//evil.example/"), context);
  await page.waitForSelector("form.login");
  await fill(page, "alice", password);
  await page.waitForFunction(() => !location.pathname.startsWith("/login"));
  assert.equal(new URL(page.url()).href, base.href);
  await context.close();
});

// The head of the page and the login ask the same. Where the browser is busy, the answer comes after the login was drawn
// and before it could ask; here every browser is that busy.
test("an answer that comes before a page could ask is shown all the same", async () => {
  const context = await newContext();
  await context.addInitScript(() => {
    const { setTimeout: later, requestAnimationFrame: drawn } = globalThis;
    globalThis.setTimeout = (what, milliseconds = 0, ...rest) => later(what, milliseconds + 300, ...rest);
    globalThis.requestAnimationFrame = (what) => later(() => drawn(what), 300);
  });
  const { page } = await open("login", context, (page) =>
    page.route("**/api/v1/session", async (route) => {
      await new Promise((done) => setTimeout(done, 150));
      await route.continue();
    }),
  );
  await page.waitForSelector("form.login");
  await context.close();
});
