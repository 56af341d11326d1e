// Bundles src/ into dist/: index.html, and everything else under names that carry the hash of their content, so that
// they can be cached for ever. Fails when the first load outgrows its budget.
import { build } from "esbuild";
import { readFile, writeFile, rm, mkdir, copyFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const budgetBytes = 45_000; // JavaScript and CSS of the overview, gzipped
const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["src/main.tsx", "src/early.ts", "src/styles/main.css"],
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
});

function fail(why) {
  console.error(why);
  process.exitCode = 1;
}

const outputs = metafile.outputs;
const outputOf = (entry) => Object.keys(outputs).find((path) => outputs[path].entryPoint === entry);
const main = outputOf("src/main.tsx");
const early = outputOf("src/early.ts");
const style = outputOf("src/styles/main.css");

// What a browser fetches before `path` runs: the static imports, found transitively.
function needs(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const imported of outputs[path].imports)
    if (imported.kind === "import-statement") needs(imported.path, found);
  return found;
}

// The first load: all that comes before the Overview shows its answer, in the language that needs more.
const gzipped = async (paths) => {
  let bytes = 0;
  for (const path of paths) bytes += gzipSync(await readFile(join(here, path)), { level: 9 }).length;
  return bytes;
};
const languages = ["en", "ja"];
const frame = new Set([early, style, ...needs(main), ...needs(outputOf("src/pages/overview.tsx"))]);
for (const language of languages) {
  const catalogue = `src/words/${language}.ts`;
  if ([...frame].some((path) => catalogue in outputs[path].inputs)) fail(`${catalogue} is loaded for readers of other languages`);
  const first = new Set([...frame, ...needs(outputOf(catalogue))]);
  const bytes = await gzipped(first);
  console.log(`first load (${language}): ${bytes} bytes gzipped in ${first.size} files (budget ${budgetBytes})`);
  if (bytes > budgetBytes) fail("the first load is over its budget");
}
if ([...frame].some((path) => "src/words/pages.ts" in outputs[path].inputs))
  fail("a module of the first load imports words/pages.ts, whose words are not there yet: it must use words/index.ts");

// Every address in the page begins at the root: the server puts its base path there.
const absolute = (path) => path.replace("dist/", "/");
const preload = [...needs(main)]
  .filter((path) => path !== main)
  .map((path) => `<link rel="modulepreload" href="${absolute(path)}">`)
  .join("\n    ");
const html = (await readFile(join(here, "src/index.html"), "utf8"))
  .replace("{{style}}", absolute(style))
  .replace("{{early}}", absolute(early))
  .replace("{{main}}", absolute(main))
  .replace("{{preload}}", preload);
await writeFile(join(dist, "index.html"), html);
await copyFile(join(here, "src/favicon.svg"), join(dist, "favicon.svg"));
