// Beginnings: an empty database, one where everything failed, a failure that a later retry stores; and all of it below a
// path of a reverse proxy. Each has a server of its own.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { artefacts, axeViolations, newContext, open, serve, settled, stopBrowser } from "./support.mjs";

const folder = await mkdtemp(join(tmpdir(), "ruadar-web-"));
after(async () => {
  await stopBrowser();
  await rm(folder, { recursive: true, force: true });
});

const report = await readFile(new URL("../../data/reports/A02_rfc9990_namespace.xml", import.meta.url));
const send = async (server, name, body) => (await fetch(new URL("api/v1/reports?name=" + name, at(server.url)), { method: "POST", body })).json();
const at = (url) => new URL(url.href.replace(/\/?$/, "/"));

test("an empty database says what to do, and the first broken file says why", async () => {
  const server = await serve(join(folder, "empty.db"));
  const context = await newContext();
  try {
    for (const path of ["", "sources", "reports", "records", "policies", "reporters"]) {
      const { page, faults, close } = await open(path, context, undefined, at(server.url));
      await page.getByRole("heading", { name: "No reports yet" }).waitFor();
      await page.getByText("No mailbox is watched. Publish").waitFor();
      assert.deepEqual(faults, []);
      if (path === "") {
        assert.deepEqual(await axeViolations(page), []);
        await page.screenshot({ path: join(artefacts, "empty-1280-light-en.png"), fullPage: true });
        await page.getByRole("link", { name: "Set up a domain" }).click();
        await page.getByRole("heading", { name: "Set up a domain" }).waitFor();
      }
      await close();
    }
    await send(server, "broken.xml", "<feedback><report_metadata>");
    const { page, close } = await open("", context, undefined, at(server.url));
    await page.getByRole("heading", { name: "Everything that came in failed" }).waitFor();
    await page.getByRole("link", { name: "See them" }).first().click();
    await page.waitForURL(/ingest\/failures/);
    await close();
  } finally {
    await context.close();
    await server.stop();
  }
});

test("a report of an unexpected domain waits, and is stored by a retry once the domain is ours", async () => {
  const database = join(folder, "retry.db");
  let server = await serve(database, { configuration: '[ingest]\ndomains = ["elsewhere.example"]\n' });
  const { results } = await send(server, "report.xml", report);
  await server.stop();
  assert.deepEqual([results[0].outcome, results[0].code], ["quarantined", "unknown_domain"]);
  server = await serve(database);
  const { page, close } = await open("ingest/failures", null, undefined, at(server.url));
  try {
    await page.getByRole("link", { name: "unknown_domain" }).click();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("It is now resolved.").waitFor();
    await page.getByRole("link", { name: "Reports", exact: true }).click();
    await page.waitForURL(/\/reports/);
    await settled(page);
    assert.equal(await page.locator("tbody tr").count(), 1);
  } finally {
    await close();
    await server.stop();
  }
});

test("the setup keeps every tag of a record, and adds the address", async () => {
  const server = await serve(join(folder, "setup.db"));
  const { page, faults, close } = await open("setup", null, undefined, at(server.url));
  try {
    await page.getByLabel("Domain", { exact: true }).fill("Example.com");
    await page.getByLabel("Where reports arrive").fill("dmarc@example.com");
    await page.getByLabel(/DMARC record of today/).fill('_dmarc IN TXT "v=DMARC1; p=reject; sp=none; rua=mailto:x@other.example"');
    const value = page.getByLabel("Value of the TXT record", { exact: true });
    await page.getByText("All tags of your record stay").waitFor();
    assert.equal(await value.innerText(), "v=DMARC1; p=reject; sp=none; rua=mailto:x@other.example,mailto:dmarc@example.com");
    const permission = (host) => page.getByText(`example.com._report._dmarc.${host}. TXT "v=DMARC1"`);
    await permission("other.example").waitFor();
    await page.reload();
    await settled(page);
    assert.match(await value.innerText(), /p=reject; sp=none/);
    await page.getByLabel(/DMARC record of today/).fill("");
    await page.getByText("Once the record is published").waitFor();
    assert.equal(await permission("other.example").count(), 0);
    await page.getByLabel("Where reports arrive").fill("dmarc@collector.example");
    await permission("collector.example").waitFor();
    const steps = (await page.locator("main h2").allInnerTexts()).flatMap((title) => /^\d/.exec(title)?.[0] ?? []);
    assert.deepEqual(steps, ["1", "2", "3", "4"]);
    assert.deepEqual(faults, []);
  } finally {
    await close();
    await server.stop();
  }
});

test("everything works below a path of a reverse proxy", async () => {
  const server = await serve(join(folder, "below.db"), { options: ["--base-path", "/dmarc"] });
  await send(server, "report.xml", report);
  const outside = [];
  const proxy = createServer((incoming, answer) => {
    if (!incoming.url.startsWith("/dmarc/")) {
      outside.push(incoming.url);
      answer.writeHead(404).end();
      return;
    }
    const headers = { ...incoming.headers, host: server.url.host };
    const onward = ask({ host: server.url.hostname, port: server.url.port, method: incoming.method, path: incoming.url, headers }, (reply) => {
      answer.writeHead(reply.statusCode, reply.headers);
      reply.pipe(answer);
    });
    incoming.pipe(onward);
  });
  await new Promise((ready) => proxy.listen(0, "127.0.0.1", ready));
  const front = new URL(`http://127.0.0.1:${proxy.address().port}/dmarc/`);
  const { page, faults, close } = await open("?range=all", null, undefined, front);
  try {
    for (const name of ["Sources", "Policies", "Reporters", "Records", "Ingestion", "Settings", "Help", "Reports"]) {
      await page.getByRole("link", { name, exact: true }).first().click();
      await page.waitForURL(new RegExp("/dmarc/" + (name === "Ingestion" ? "ingest" : name.toLowerCase())));
      await settled(page);
    }
    await page.locator("tbody th a").first().click();
    await page.waitForURL(/\/dmarc\/reports\/\d+$/);
    await settled(page);
    await page.getByRole("link", { name: "XML", exact: true }).click();
    await page.waitForURL(/\/dmarc\/reports\/\d+\/xml$/);
    await settled(page);
    assert.match(await page.locator(".document").innerText(), /<feedback/);
    await page.goto(new URL("help/api", front).href);
    await settled(page);
    await page.getByText("/api/v1/summary").first().waitFor();
    assert.deepEqual(outside, []);
    assert.deepEqual(faults, []);
  } finally {
    await close();
    proxy.closeAllConnections();
    proxy.close();
    await server.stop();
  }
});
