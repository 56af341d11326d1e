// A domain with 1,200 sources is read as easily as one with ten: no page writes them all into the document.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { reportOfMany } from "./many.mjs";
import { newContext, numberIn, open, serve, stopBrowser } from "./support.mjs";

const mostNodes = 6000; // far from 20,000; the longest page here is that of the 100 largest sources
const sources = 1200;
const folder = await mkdtemp(join(tmpdir(), "ruadar-web-"));
let server;
let at;
before(async () => {
  server = await serve(join(folder, "many.db"));
  at = new URL(server.url.href.replace(/\/?$/, "/"));
  const answer = await fetch(new URL("api/v1/reports?name=many.xml", at), { method: "POST", body: reportOfMany(sources) });
  assert.equal((await answer.json()).results[0].outcome, "stored");
});
after(async () => {
  await stopBrowser();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

for (const path of ["", "sources", "sources?top=100", "domains/example.com", "domains/example.com?tab=sources", "records", "reporters/many.example", "reports/1"]) {
  test(`"${path}" stays light with ${sources} sources`, async () => {
    const context = await newContext();
    const { page, faults, close } = await open(path, context, undefined, at);
    try {
      const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
      assert.ok(nodes > 100 && nodes < mostNodes, `${nodes} nodes`);
      if (path === "sources") assert.equal(await numberIn(page, ".answer-sentence strong"), sources);
      assert.deepEqual(faults, []);
    } finally {
      await close();
      await context.close();
    }
  });
}
