// What admins decide in Settings: users, tokens with a secret that is shown once, and the log of it all.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { axeViolations, base, newContext, open, settled, stopBrowser } from "../browser/support.mjs";

after(stopBrowser);

const password = process.env.RUADAR_PASSWORD;

async function loggedIn(name, to, options = {}) {
  const context = await newContext(options);
  const { page, faults } = await open("login?next=" + encodeURIComponent(to), context);
  await page.fill("input[name=name]", name);
  await page.fill("input[name=password]", password);
  await page.click("form.login button");
  await page.waitForURL(new URL(to, base).href);
  await settled(page);
  return { context, page, faults };
}
const said = (page, text) => page.getByRole("status").filter({ hasText: text }).waitFor();

test("an admin adds a user, changes what he sees, and removes him", async () => {
  const { context, page, faults } = await loggedIn("alice", "settings/users");
  const row = page.locator("tbody tr", { hasText: "carol" });
  await page.fill("input[name=name]", "carol");
  await page.fill("input[name=password]", password);
  await page.fill("input[name=domains]", "no domain!");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("alert").filter({ hasText: "no domain name" }).waitFor();
  await page.fill("input[name=domains]", "example.com, *.example.org");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await said(page, "Added");
  await row.waitFor();
  assert.match(await row.innerText(), /viewer/);

  await page.getByRole("link", { name: "Change carol" }).click();
  await page.waitForURL("**/settings/users?user=carol");
  await settled(page);
  await page.locator("select[name=role]").first().selectOption("admin");
  await page.getByRole("button", { name: "Save" }).click();
  await said(page, "Saved");
  await page.waitForFunction(() => /carol\s+admin/.test(document.querySelector("table").innerText));

  await page.getByRole("button", { name: "Remove alice" }).click();
  await page.getByRole("button", { name: "Yes" }).click();
  await page.getByRole("alert").filter({ hasText: "last admin" }).waitFor();
  await page.getByRole("button", { name: "Remove carol" }).click();
  await page.getByRole("button", { name: "Yes" }).click();
  await said(page, "Removed");
  await row.waitFor({ state: "detached" });
  assert.deepEqual(faults.filter((fault) => !/status of (400|401|409)/.test(fault)), []);
  await context.close();
});

test("a token is shown once, works, and is revoked", async () => {
  const { context, page } = await loggedIn("alice", "settings/tokens");
  await page.fill("input[name=name]", "grafana");
  await page.getByRole("button", { name: "Make it" }).click();
  await page.locator(".secret").waitFor();
  const secret = await page.locator(".secret pre").first().innerText();
  assert.match(secret, /^rua_/);
  const ask = async () => (await fetch(new URL("api/v1/summary", base), { headers: { Authorization: "Bearer " + secret } })).status;
  assert.equal(await ask(), 200);

  await page.reload();
  await settled(page);
  assert.equal(await page.locator(".secret").count(), 0);
  assert.ok(!(await page.content()).includes(secret));
  await page.getByRole("button", { name: "Revoke grafana" }).click();
  await page.getByRole("button", { name: "Yes" }).click();
  await said(page, "Revoked");
  assert.equal(await ask(), 401);

  await page.goto(new URL("settings/audit?action=token_revoked", base).href);
  await settled(page);
  assert.match(await page.locator("tbody tr").first().innerText(), /user alice\s+revoked a token/);
  await context.close();
});

for (const [width, theme, language] of [
  [1280, "light", "en"],
  [360, "dark", "ja"],
]) {
  test(`the pages of access at ${width} px, ${theme}, ${language}`, async () => {
    const { context, page, faults } = await loggedIn("alice", "settings", { width, theme, language });
    for (const path of ["settings", "settings/users?user=alice", "settings/tokens", "settings/audit"]) {
      await page.goto(new URL(path, base).href);
      await settled(page);
      assert.equal(await page.locator("nav.tabs a").count(), 4);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, path);
      assert.deepEqual(await axeViolations(page), [], path);
      assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
    }
    assert.deepEqual(faults.filter((fault) => !/status of 401/.test(fault)), []);
    await context.close();
  });
}

test("a viewer is offered nothing that only admins decide", async () => {
  const admin = await loggedIn("alice", "settings/users");
  await admin.page.fill("input[name=name]", "bob");
  await admin.page.fill("input[name=password]", password);
  await admin.page.getByRole("button", { name: "Add", exact: true }).click();
  await said(admin.page, "Added");
  await admin.context.close();
  const { context, page } = await loggedIn("bob", "settings");
  assert.equal(await page.locator("nav.tabs").count(), 0);
  assert.equal(await page.getByRole("heading", { name: "Your password" }).count(), 1);
  await context.close();
});
