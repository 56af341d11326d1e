// How heavy the pages are: the longest tasks of the main thread with the processor four times slower, and the nodes of
// the document. Reported, never asserted: a busy machine makes every task longer.
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

const folder = given ? null : await mkdtemp(join(tmpdir(), "ruadar-demo-"));
let server = null;
try {
  if (folder) {
    execFileSync(process.env.RUADAR_BINARY, ["-q", "demo", "--dir", folder, "--end", "2026-11-18", "--no-serve"]);
    server = await serve(join(folder, "ruadar.db"));
  }
  const at = new URL((given ?? server.url.href).replace(/\/?$/, "/"));
  console.log(`tasks of more than 50 ms, processor ${slower} times slower, the best of ${turns} loads`);
  for (const path of pages) {
    let best = null;
    for (let turn = 0; turn < turns; turn += 1) {
      const context = await newContext();
      const { page } = await open(
        path,
        context,
        async (page) => {
          const session = await context.newCDPSession(page);
          await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
          await page.addInitScript(() => {
            globalThis.tasks = [];
            new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)))).observe({ type: "longtask", buffered: true });
          });
        },
        at,
      );
      await settled(page);
      const found = await page.evaluate(() => ({ tasks: globalThis.tasks.sort((a, b) => b - a), nodes: document.querySelectorAll("*").length }));
      if (!best || (found.tasks[0] ?? 0) < (best.tasks[0] ?? 0)) best = found;
      await context.close();
    }
    console.log(`${("/" + path).padEnd(28)} longest ${String(best.tasks[0] ?? "< 50").padStart(5)} ms   all ${JSON.stringify(best.tasks)}   ${best.nodes} nodes`);
  }
} finally {
  await stopBrowser();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
}
