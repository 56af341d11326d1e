// Every page, in both themes, wide and narrow: it renders, says nothing on the console, breaks no policy, needs no
// sideways scrolling, and has nothing axe objects to. Screenshots are kept in build/screenshots/.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { join } from "node:path";
import { api, artefacts, axeViolations, newContext, open, stopBrowser } from "./support.mjs";

after(stopBrowser);

const encoded = encodeURIComponent;
const { data: domains } = await api("domains?limit=1");
const { data: sources } = await api("sources?limit=1");
const { data: reporters } = await api("reporters?limit=1");
const { data: reports } = await api("reports?limit=1");
const { data: failures } = await api("ingest/failures?state=all&limit=1");
const domain = `domains/${encoded(domains[0].domain)}`;

const pages = {
  overview: "",
  "overview-compared": "?compare=previous&range=7d",
  "overview-filtered": "?class=fail_delivered&class=fail_stopped&reporter=!nobody.example",
  "overview-year": "?range=12m&by=reporter",
  domain,
  "domain-sources": `${domain}?tab=sources`,
  "domain-policy": `${domain}?tab=policy`,
  "domain-reporters": `${domain}?tab=reporters`,
  "domain-subdomains": `${domain}?tab=subdomains`,
  "domain-reports": `${domain}?tab=reports`,
  sources: "sources",
  source: `sources/${encoded(sources[0].ip)}`,
  policies: "policies?range=90d",
  reporters: "reporters",
  reporter: `reporters/${encoded(reporters[0].reporter)}`,
  reports: "reports",
  report: `reports/${reports[0].id}`,
  records: "records",
  nothing: "records?domain=nobody.example",
  ingest: "ingest",
  ledger: "ingest/messages",
  failures: "ingest/failures?state=all",
  ...(failures.length > 0 ? { failure: `ingest/failures/${failures[0].id}` } : {}),
  "report-xml": `reports/${reports[0].id}/xml?line=3`,
  setup: "setup?name=example.com&to=dmarc%40example.com&record=" + encoded('"v=DMARC1; p=reject; pct=50; rua=mailto:x@other.example"'),
  settings: "settings",
  help: "help",
  "help-api": "help/api",
  "help-errors": "help/errors#query-timeout",
  login: "login",
  unknown: "sources/no/such/page",
};
// Looked at in every way; the others in two ways that differ in size, theme and language, page by page in turn.
const everyWay = new Set(["overview", "domain", "source", "report", "records"]);
const ways = [
  [1280, "light", "en"],
  [360, "dark", "ja"],
  [1280, "dark", "ja"],
  [360, "light", "en"],
];

for (const [way, [width, theme, language]] of ways.entries()) {
  const context = await newContext({ width, theme, language });
  for (const [turn, [name, path]] of Object.entries(pages).entries()) {
    if (!everyWay.has(name) && turn % 2 !== Math.floor(way / 2)) continue;
    test(`${name} at ${width} px, ${theme}, ${language}`, async () => {
      const { page, faults, close } = await open(path, context);
      try {
        await page.screenshot({ path: join(artefacts, `${name}-${width}-${theme}-${language}.png`), fullPage: true });
        assert.equal(await page.locator("h1").count(), 1, "one heading of the page");
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${overflow} px wider than the window`);
        assert.deepEqual(await axeViolations(page), []);
        assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
        assert.deepEqual(faults, []);
      } finally {
        await close();
      }
    });
  }
}
