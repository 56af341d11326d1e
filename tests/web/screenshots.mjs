// The pictures of the README, from `ruadar demo` on a fixed day:
//   RUADAR_BINARY=build/release/server/ruadar npm run screenshots        (in tests/web)
// writes tests/web/screenshots/*.png.
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

process.env.RUADAR_URL ??= "http://127.0.0.1/"; // of no use here: the server is our own
const { newContext, open, serve, stopBrowser } = await import("./browser/support.mjs");

const pictures = { overview: ["?range=90d", "light"], source: ["sources/198.51.100.64?range=90d", "dark"] };
const to = join(dirname(fileURLToPath(import.meta.url)), "screenshots");
const folder = process.env.RUADAR_DEMO ?? (await mkdtemp(join(tmpdir(), "ruadar-demo-")));
try {
  if (!process.env.RUADAR_DEMO) execFileSync(process.env.RUADAR_BINARY, ["-q", "demo", "--dir", folder, "--end", "2026-11-18", "--no-serve"]);
  const server = await serve(join(folder, "ruadar.db"));
  await mkdir(to, { recursive: true });
  for (const [name, [path, theme]] of Object.entries(pictures)) {
    const context = await newContext({ width: 1120, theme });
    const { page } = await open(path, context, undefined, new URL(server.url.href.replace(/\/?$/, "/")));
    await page.screenshot({ path: join(to, `${name}.png`) });
    await context.close();
  }
  await server.stop();
} finally {
  await stopBrowser();
  if (!process.env.RUADAR_DEMO) await rm(folder, { recursive: true, force: true });
}
