// A browser on the running server of $RUADAR_URL, and the same questions asked of its API.
import { chromium } from "playwright-core";
import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

if (!process.env.RUADAR_URL) throw new Error("RUADAR_URL must name a running server, http://127.0.0.1:8080/");
export const base = new URL(process.env.RUADAR_URL.replace(/\/?$/, "/"));
export const artefacts = join(dirname(fileURLToPath(import.meta.url)), "../../../build/screenshots");
await mkdir(artefacts, { recursive: true });

const executablePath = process.env.RUADAR_CHROMIUM ?? "/usr/bin/chromium";
const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser = null;
export async function startBrowser() {
  browser ??= await chromium.launch({ executablePath, args });
  return browser;
}
export async function stopBrowser() {
  await browser?.close();
  browser = null;
}

/** What the API answers; throws where it refuses. */
export async function api(path) {
  const response = await fetch(new URL("api/v1/" + path, base));
  if (!response.ok) throw new Error(`${path}: status ${response.status}: ${await response.text()}`);
  return response.json();
}

export async function newContext({ width = 1280, theme = "light", language = "en" } = {}) {
  return (await startBrowser()).newContext({
    viewport: { width, height: 900 },
    colorScheme: theme,
    locale: language === "ja" ? "ja-JP" : "en-GB",
  });
}

/**
 * A page of the dashboard, in a context of its own unless one is given. `faults` collects all that must not happen;
 * `prepare` is called with the page before it goes anywhere.
 */
export async function open(path, given = null, prepare = async () => {}, at = base) {
  const context = given ?? (await newContext());
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED") faults.push(`request: ${request.url()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(at.href) && !request.url().startsWith("data:")) faults.push(`foreign request: ${request.url()}`);
  });
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      globalThis.violations.push(`${event.effectiveDirective} ${event.blockedURI}`),
    );
  });
  underway.set(page, 0);
  const begun = (request) => request.resourceType() === "fetch" && underway.set(page, underway.get(page) + 1);
  const ended = (request) => request.resourceType() === "fetch" && underway.set(page, underway.get(page) - 1);
  page.on("request", begun).on("requestfinished", ended).on("requestfailed", ended);
  await prepare(page);
  await page.goto(new URL(path, at).href);
  await settled(page);
  const close = () => (given ? page.close() : context.close());
  return { page, faults, close };
}

const underway = new Map(); // page -> questions it has asked and that are not answered yet

/** Everything that was asked is there, and stays so for a moment: an answer may lead to the next question. */
export async function settled(page) {
  const end = Date.now() + 20_000;
  for (let calm = 0; calm < 3; ) {
    if (Date.now() > end) throw new Error(`the page does not settle: ${page.url()}`);
    await page.waitForTimeout(40);
    const drawn = await page.evaluate(() => document.querySelector("h1") !== null && !document.querySelector(".loading, .stale"));
    calm = drawn && underway.get(page) === 0 ? calm + 1 : 0;
  }
}

/** A program of its own on `database`, with what a configuration file says; ends with stop(). */
export async function serve(database, { configuration = "", options = [] } = {}) {
  const file = `${database}.toml`;
  await writeFile(file, configuration);
  const program = spawn(process.env.RUADAR_BINARY, ["serve", "-c", file, "--db", database, "--listen", "127.0.0.1:0", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH },
  });
  const ended = new Promise((done) => program.once("exit", done));
  process.once("exit", () => program.kill());
  program.unref();
  let said = "";
  for await (const bytes of program.stdout.setEncoding("utf8")) {
    said += bytes;
    const url = /http:\/\/[^ ]+/.exec(said)?.[0];
    if (url) {
      return {
        url: new URL(url),
        stop: async () => {
          program.kill("SIGTERM");
          await ended;
        },
      };
    }
  }
  throw new Error("the server did not start: " + said);
}

/** "1,204" -> 1204 */
export const number = (text) => Number(text.replace(/[^\d]/g, ""));
export const numberIn = async (page, selector) => number(await page.locator(selector).first().innerText());

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Violations of WCAG 2.2 A and AA, each in a line. */
export async function axeViolations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    }),
  );
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(" | ")}`);
}
