// How heavy the pages are: the longest tasks of the main thread with the processor four times slower, and the nodes of
// the document. Time is the processor's, as other programs make every task longer by the clock; it is told beside it.
// Reported, never asserted.
//   RUADAR_BINARY=build/release/server/ruadar npm run measure        (in tests/web)
// measures a year of `ruadar demo`; RUADAR_URL=http://... a server that runs already.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const given = process.env.RUADAR_URL;
process.env.RUADAR_URL ??= "http://127.0.0.1/"; // of no use then: the server is our own
const { newContext, open, serve, settled, stopBrowser } = await import("./browser/support.mjs");

const slower = Number(process.env.RUADAR_SLOWER ?? 4);
const turns = Number(process.env.RUADAR_TURNS ?? 3);
const pages = ["?range=12m", "?range=12m&by=reporter", "?range=all&interval=day", "sources?range=all", "policies?range=12m", "records?range=12m"];

/** Of the main thread of the page, the longest first, in milliseconds. */
async function longTasks(session) {
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const complete = new Promise((done) => session.once("Tracing.tracingComplete", done));
  await session.send("Tracing.end");
  await complete;
  const main = new Set(events.filter((one) => one.name === "thread_name" && one.args.name === "CrRendererMain").map((one) => `${one.pid} ${one.tid}`));
  const tasks = events.filter((one) => one.name === "RunTask" && one.ph === "X" && main.has(`${one.pid} ${one.tid}`));
  const milliseconds = (microseconds) => Math.round(microseconds / 1000);
  return tasks.map((one) => ({ processor: milliseconds(one.tdur), clock: milliseconds(one.dur) })).sort((a, b) => b.processor - a.processor);
}

const folder = given ? null : await mkdtemp(join(tmpdir(), "ruadar-demo-"));
let server = null;
try {
  if (folder) {
    execFileSync(process.env.RUADAR_BINARY, ["-q", "demo", "--dir", folder, "--end", "2026-11-18", "--no-serve"]);
    server = await serve(join(folder, "ruadar.db"));
  }
  const at = new URL((given ?? server.url.href).replace(/\/?$/, "/"));
  console.log(`tasks of the main thread, processor ${slower} times slower, the best of ${turns} loads`);
  for (const path of pages) {
    let best = null;
    for (let turn = 0; turn < turns; turn += 1) {
      const context = await newContext();
      let session;
      const { page } = await open(
        path,
        context,
        async (page) => {
          session = await context.newCDPSession(page);
          await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
          await session.send("Tracing.start", { transferMode: "ReportEvents", categories: "toplevel,disabled-by-default-devtools.timeline,devtools.timeline" });
        },
        at,
      );
      await settled(page);
      const found = { tasks: await longTasks(session), nodes: await page.evaluate(() => document.querySelectorAll("*").length) };
      if (!best || found.tasks[0].processor < best.tasks[0].processor) best = found;
      await context.close();
    }
    const [longest] = best.tasks;
    const long = best.tasks.filter((task) => task.processor >= 50).map((task) => task.processor);
    console.log(`${("/" + path).padEnd(26)} longest ${longest.processor} ms (${longest.clock} by the clock)   from 50 ms: ${JSON.stringify(long)}   ${best.nodes} nodes`);
  }
} finally {
  await stopBrowser();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
}
