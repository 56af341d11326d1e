// Runs the unit tests of the pure functions: tests/web/unit/*.test.ts, bundled so that Node needs no TypeScript.
import { build } from "esbuild";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";

const here = dirname(fileURLToPath(import.meta.url));
const unit = join(here, "../tests/web/unit");
const out = await mkdtemp(join(tmpdir(), "ruadar-web-"));
try {
  const names = (await readdir(unit)).filter((name) => name.endsWith(".test.ts"));
  await build({
    absWorkingDir: here,
    entryPoints: names.map((name) => join(unit, name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    nodePaths: [join(here, "node_modules")],
    logLevel: "warning",
  });
  const files = (await readdir(out)).map((name) => join(out, name));
  const run = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  await rm(out, { recursive: true, force: true });
}
