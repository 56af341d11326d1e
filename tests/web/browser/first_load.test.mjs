// What a browser fetches before the Overview shows its answer, counted on the wire, and that nothing else comes with it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newContext, open, stopBrowser } from "./support.mjs";

after(stopBrowser);

const budgetBytes = 45_000;

/** Names, without their hashes, and bytes of the scripts and styles that a page fetches. */
async function fetched(path, language) {
  const context = await newContext({ language });
  const requests = [];
  try {
    await open(path, context, async (page) => {
      page.on("requestfinished", (request) => ["script", "stylesheet"].includes(request.resourceType()) && requests.push(request));
    });
    return await Promise.all(
      requests.map(async (request) => ({
        name: new URL(request.url()).pathname.split("/").at(-1).replace(/-[A-Z0-9]+\..*/, ""),
        bytes: (await request.sizes()).responseBodySize,
      })),
    );
  } finally {
    await context.close();
  }
}

for (const [language, other] of [["en", "ja"], ["ja", "en"]]) {
  test(`the Overview (${language}) comes within its budget, without other pages and other languages`, async () => {
    const files = await fetched("", language);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    assert.ok(files.length > 3 && bytes > 10_000, "files were counted");
    assert.ok(bytes <= budgetBytes, `${bytes} bytes`);
    const names = files.map((file) => file.name);
    for (const name of [other, "en_pages", "ja_pages", "records", "sources", "policies", "report"])
      assert.ok(!names.includes(name), `${name} is not needed`);
  });
}

test("a page brings its own words, in one language", async () => {
  const names = (await fetched("policies", "ja")).map((file) => file.name);
  assert.ok(names.includes("policies") && names.includes("ja_pages") && names.includes("ja"));
  assert.ok(!names.includes("en_pages") && !names.includes("en") && !names.includes("overview"));
});

test("a page whose file cannot be fetched says so", async () => {
  const { page, close } = await open("policies", null, (page) => page.route("**/assets/policies-*", (route) => route.abort()));
  try {
    await page.getByRole("alert").waitFor();
    assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 1);
  } finally {
    await close();
  }
});
