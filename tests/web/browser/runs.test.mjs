// An import in another process, seen on the ingestion page and stopped from there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { axeViolations, newContext, open, serve, stopBrowser } from "./support.mjs";

const folder = await mkdtemp(join(tmpdir(), "ruadar-web-"));
after(async () => {
  await stopBrowser();
  await rm(folder, { recursive: true, force: true });
});

const mails = gunzipSync(await readFile(new URL("../../data/sample/mailbox.mbox.gz", import.meta.url)))
  .toString("latin1")
  .split(/(?<=\n\n)(?=From )/)
  .map((mail) => Buffer.from(mail, "latin1"));

test("an import in another process is stopped from the page, and says so", async () => {
  const database = join(folder, "stop.db");
  const server = await serve(database);
  const importing = spawn(process.env.RUADAR_BINARY, ["import", "--db", database, "-"], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: process.env.PATH },
  });
  const ended = new Promise((done) => importing.once("exit", done));
  importing.stdin.on("error", () => {}); // it reads no more
  // A mail after the other for as long as it reads, over and over: what comes again is a duplicate.
  const feeding = (async () => {
    for (let at = 0; importing.exitCode === null; at = (at + 1) % mails.length) {
      importing.stdin.write(mails[at]);
      await pause(20);
    }
  })();
  const context = await newContext();
  try {
    const at = new URL(server.url.href.replace(/\/?$/, "/"));
    const runs = async () => (await (await fetch(new URL("api/v1/ingest/runs", at))).json()).data;
    while ((await runs()).every((run) => run.stored === 0)) await pause(50);
    const { page, faults } = await open("ingest", context, undefined, at);
    const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /· import -$/ }) });
    await row.getByText("running").waitFor();
    await row.getByRole("button", { name: /^Cancel/ }).click();
    await row.getByText("Stop this run?").waitFor();
    assert.deepEqual(await axeViolations(page), []);
    await row.getByRole("button", { name: "Yes" }).click();
    await page.getByText("It is asked to stop.").waitFor();
    assert.equal(await ended, 3);
    // The page looks again by itself.
    await row.getByText("stopped").waitFor();
    assert.deepEqual(faults, []);
    assert.equal((await runs())[0].state, "stopped");
  } finally {
    importing.kill();
    await feeding;
    await context.close();
    await server.stop();
  }
});
