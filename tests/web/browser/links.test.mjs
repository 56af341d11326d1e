// Every number of a table, a card or an answer is a link to the rows behind it, or has a reason here not to be one; and
// the page behind the link says the same number.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, number, numberIn, open, stopBrowser } from "./support.mjs";

after(stopBrowser);

const encoded = encodeURIComponent;
const { data: domains } = await api("domains?limit=1");
const { data: sources } = await api("sources?limit=1");
const { data: reporters } = await api("reporters?limit=1");
const { data: reports } = await api("reports?limit=1");
const domain = `domains/${encoded(domains[0].domain)}`;
const pages = [
  "?range=90d",
  "?range=all&class=fail_delivered&class=pass_both",
  domain,
  `${domain}?tab=policy`,
  `${domain}?tab=subdomains`,
  "sources?range=90d",
  "sources?range=all&class=!fail_stopped",
  "sources?range=all&top=10",
  "sources?range=all&networks=10",
  `sources/${encoded(sources[0].ip)}`,
  `sources/${encoded(sources[0].ip)}?range=all`,
  "policies?range=90d",
  "policies?range=90d&published=none",
  "reporters?range=90d",
  `reporters/${encoded(reporters[0].reporter)}`,
  "reports?range=90d",
  `reports/${reports[0].id}`,
  "records",
  "ingest",
  "ingest/messages",
  "ingest/failures?state=all",
];

// Numbers that are no link: where they stand, and why.
const places = {
  ".class-tile-share, table.bars .faint": "the share that the number beside it is of all",
  ".class-tile-count .faint, .compared": "the difference to the period before",
  ".messages-total, .attachments-total, .answer-sentence strong, .badge": "what the rows of this very page add up to",
  ".stranger, .changed-tag, [data-label='Where']": "a name, a tag, a position",
  "[data-label='Tries'], [data-label='Size'], [data-label='Waiting mails']": "counts no rows",
  "[data-label='Reports a day']": "the mean of the reports that stand beside it",
};
const tables = {
  "Override reasons": "a reason with several comments: no filter asks for comments",
  "What it claimed": "identities that differ in a combination of results alone",
  "DKIM domains": "what is left without the first ones: a record may have several",
  "SPF domains": "what is left without the first ones: a record may have several",
};

/** Numbers that stand alone in an element of a table, a card or a sentence: their text and the link around them. */
const numbersOf = (page) =>
  page.evaluate((places) => {
    const within = "table, .class-tiles, .answer-sentence, .attention, .today";
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      const element = walker.currentNode.parentElement;
      if (!/^\d[\d,.]*%?$/.test(text) || Number.parseFloat(text) === 0 || !element.closest(within)) continue;
      if (element.closest("svg, .chart details, .visually-hidden")) continue;
      found.push({
        text,
        href: element.closest("a")?.href ?? null,
        rate: text.endsWith("%"),
        place: places.find((one) => element.closest(one)) ?? null,
        table: element.closest("table")?.caption?.textContent ?? null,
        column: element.closest("[data-label]")?.dataset.label ?? null,
      });
    }
    return found;
  }, Object.keys(places));

/** What the page behind a link tells of itself, of what was asked for by the number. */
async function behind({ text, href, rate, column }) {
  const { pathname, search, searchParams } = new URL(href);
  const page = pathname.split("/").slice(-1)[0];
  const total = async (list) => (await api(`${list}${search ? search + "&" : "?"}limit=1`)).meta.total;
  if (rate) {
    const all = new URLSearchParams(search);
    all.delete("class");
    const totals = (await api("summary?" + all)).data;
    const passed = (await api("summary" + search)).data.messages;
    return (100 * passed) / (totals.messages - totals.unknown);
  }
  if (page === "records" && column === "Records") return total("records");
  if (page === "records") {
    const { messages, records } = (await api("summary" + search)).data;
    return column === null && number(text) !== messages ? records : messages; // sentences tell both
  }
  if (page === "messages" && searchParams.has("run")) return null; // what it read first; the page tells both numbers
  if (page === "messages" && searchParams.has("read_on") && !searchParams.has("outcome")) return total("ingest/messages");
  if (page === "messages") return (await api("ingest/messages" + search)).meta.attachments;
  if (page === "failures") return total("ingest/failures");
  if (page === "reports" && column === "Days with reports") return null; // the reports of these days
  if (page === "reports") return total("reports");
  if (page === "" && column === "Domains") return total("domains");
  if (page === "policies") return total("domains");
  if (page === "sources") {
    const asked = new URLSearchParams([...searchParams].filter(([key]) => key !== "top" && key !== "networks"));
    const largest = searchParams.has("top") ? `sources?limit=${searchParams.get("top")}` : `breakdown?by=network&limit=${searchParams.get("networks")}`;
    const { data } = await api(`${largest}&${asked}&ip=!unknown&sort=-messages`);
    return data.reduce((sum, row) => sum + row.messages, 0);
  }
  return null; // the page of one report, one source, one domain
}

for (const path of pages) {
  test(`the numbers of "${path}" lead to what adds up to them`, async () => {
    const { page, faults, close } = await open(path);
    try {
      for (const fold of await page.locator("details:has(> summary.faint)").all()) {
        await fold.locator("summary").click();
        await fold.locator("table").waitFor();
      }
      const found = await numbersOf(page);
      const alone = found.filter((one) => !one.href && !one.place && !(one.table in tables));
      assert.deepEqual(alone, [], "numbers without a link");
      const links = new Map(found.filter((one) => one.href).map((one) => [one.href + one.text, one]));
      for (const one of links.values()) {
        const there = await behind(one);
        if (there === null) continue;
        // A window that holds other classes than those asked for has a rate of its own.
        if (one.rate && path.includes("class=")) continue;
        if (one.rate) assert.ok(Math.abs(there - Number.parseFloat(one.text)) < 0.06, `${one.text} is ${there} behind ${one.href}`);
        else assert.equal(there, number(one.text), one.href);
      }
      assert.deepEqual(faults, []);
    } finally {
      await close();
    }
  });
}

for (const [what, key] of [["sources", "top"], ["networks", "networks"]])
  test(`the largest ${what} are a page that tells what they sent together`, async () => {
    const { page, close } = await open("sources?range=90d");
    try {
      const link = page.locator(`.concentration a[href*="${key}="]`).first();
      const wanted = number(await link.innerText());
      await link.click();
      await page.waitForURL(new RegExp(`${key}=1\\b`));
      await page.locator(".messages-total").waitFor();
      assert.equal(await numberIn(page, ".messages-total"), wanted);
      assert.equal(await page.locator("main tbody tr").count(), 1);
    } finally {
      await close();
    }
  });

test("an outcome of the ingestion page leads to the attachments that ended so", async () => {
  const { counts } = await api("ingest/messages?limit=1");
  const { page, close } = await open("ingest");
  try {
    await page.locator("table.bars a[href*='outcome=ignored']").click();
    await page.waitForURL(/outcome=ignored/);
    await page.locator(".attachments-total").waitFor();
    assert.equal(await numberIn(page, ".attachments-total"), counts.ignored);
    assert.equal(await page.locator("tbody tr").count(), await page.locator("tbody tr:has(.outcome.ignored)").count());
  } finally {
    await close();
  }
});
