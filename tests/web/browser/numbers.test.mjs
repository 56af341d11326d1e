// The numbers on the pages are those of the API, and each leads to rows that add up to it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, base, number, numberIn, open, settled, stopBrowser } from "./support.mjs";

const classes = ["pass_both", "pass_one", "fail_delivered", "fail_stopped", "unknown"];
const scopes = ["", "range=7d", "range=all", "range=90d&class=fail_delivered&class=fail_stopped"];

after(stopBrowser);
let summary;
before(async () => {
  summary = (await api("summary")).data;
  assert.ok(summary.messages > 0, "the server under test must hold reports");
});

/** Number cells of a table by the headings of its columns, row by row, with the first cell as `name`. */
async function table(page, caption) {
  return page.evaluate((wanted) => {
    const found = [...document.querySelectorAll("table")].find((one) => one.caption?.innerText.trim() === wanted || one.caption?.textContent === wanted);
    if (!found) return null;
    const titles = [...found.tHead.rows].at(-1).cells;
    return [...found.tBodies[0].rows].map((row) => ({
      name: row.querySelector("th")?.innerText.trim(),
      ...Object.fromEntries([...row.cells].map((cell, index) => [titles[index]?.innerText.replace(/[▾▴]/, "").trim(), cell.innerText.trim()])),
    }));
  }, caption);
}

for (const scope of scopes) {
  test(`overview tells the summary, the series and the domains of "${scope}"`, async () => {
    const totals = (await api("summary?" + scope)).data;
    const { page, close } = await open("?" + scope);
    try {
      for (const name of classes) {
        const tile = page.locator(`.class-tile.${name}`);
        if (name === "unknown" && totals.unknown === 0) assert.equal(await tile.count(), 0);
        else assert.equal(number(await tile.locator(".number").innerText()), totals[name], name);
      }
      const failed = totals.fail_delivered + totals.fail_stopped;
      const judged = failed + totals.pass_both + totals.pass_one;
      const said = await page.locator(".answer-sentence a.number").allInnerTexts();
      assert.equal(number(said[0]), judged);
      if (failed > 0) assert.deepEqual(said.slice(1, 4).map(number), [failed, totals.fail_delivered, totals.fail_stopped]);

      // The line above the first chart, which adds up the series.
      assert.equal(await numberIn(page, ".readout .readout-when .number"), totals.messages);

      const { data: domains } = await api(`domains?limit=100&${scope}`);
      const rows = await table(page, "Domains");
      assert.deepEqual(
        rows.map((row) => [row.name, number(row.Messages)]),
        domains.map((row) => [row.domain, row.messages]),
      );
      assert.equal(domains.reduce((sum, row) => sum + row.messages, 0), totals.messages);
    } finally {
      await close();
    }
  });
}

test("the chart's table says of each day what the API says", async () => {
  const { data: days } = await api("timeseries?interval=day");
  const { page, close } = await open("");
  try {
    await page.locator(".chart details summary").first().click();
    await page.locator(".chart").first().locator("tbody").waitFor();
    const shown = await page.locator(".chart").first().locator("tbody tr").evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("td")].map((cell) => Number(cell.innerText.replace(/[^\d]/g, "")))),
    );
    assert.deepEqual(
      shown.map((row) => row.slice(0, 5)),
      days.map((day) => [day.messages, day.pass_both, day.pass_one, day.fail_delivered, day.fail_stopped]),
    );
  } finally {
    await close();
  }
});

test("the authentication picture holds the combinations", async () => {
  const { data, meta } = await api("breakdown?by=combination&limit=20");
  const { page, close } = await open("");
  try {
    const shown = await page.locator("table.bars").first().locator("tbody tr td:nth-child(3)").allInnerTexts();
    assert.deepEqual(shown.map(number), data.map((row) => row.messages));
    assert.equal(shown.map(number).reduce((a, b) => a + b, 0), meta.total_messages);
  } finally {
    await close();
  }
});

for (const path of ["?range=90d&by=reporter", "?range=12m&by=disposition&reporter=!nobody.example", "policies?range=90d"]) {
  test(`the parts of the bars of "${path}" add up, and each leads to records that add up to it`, async () => {
    const { page, close } = await open(path);
    try {
      const chart = page.locator("figure.chart").first();
      const parts = await chart.locator(".readout-item").evaluateAll((all) =>
        all.map((one) => ({ n: Number(one.querySelector(".number").innerText.replace(/[^\d]/g, "")), href: one.querySelector("a")?.href })),
      );
      assert.ok(parts.length > 1);
      assert.equal(parts.reduce((sum, { n }) => sum + n, 0), number(await chart.locator(".readout-when .number").innerText()));
      for (const { n, href } of parts) if (href) assert.equal((await api("summary" + new URL(href).search)).data.messages, n, href);
    } finally {
      await close();
    }
  });
}

test("every number of the overview leads to records that add up to it", async () => {
  const { page, close } = await open("?range=90d");
  try {
    const links = await page.locator('main a.number[href*="records"]').evaluateAll((all) =>
      all.map((link) => ({ href: link.href, text: link.innerText })),
    );
    assert.ok(links.length > 10);
    for (const { href, text } of links) {
      const query = new URL(href).search;
      assert.equal((await api("summary" + query)).data.messages, number(text), href);
    }
    // And in a browser: the page behind the number says the same.
    const failed = page.locator(".answer-sentence a").nth(2);
    const wanted = number(await failed.innerText());
    await failed.click();
    await page.waitForURL(/records/);
    await settled(page);
    assert.equal(await numberIn(page, ".messages-total"), wanted);
    const again = await open(new URL(page.url()).href);
    assert.equal(await numberIn(again.page, ".messages-total"), wanted);
    await again.close();
  } finally {
    await close();
  }
});

for (const [path, caption, list, key] of [
  ["sources", "Sources", "sources?limit=50", "ip"],
  ["reporters", "Reporters", "reporters?limit=100", "reporter"],
]) {
  test(`${path} lists what the API lists`, async () => {
    const { data, meta } = await api(list);
    const { page, close } = await open(path);
    try {
      const rows = await table(page, caption);
      assert.deepEqual(
        rows.map((row) => number(row.Messages)),
        data.map((row) => row.messages),
      );
      assert.deepEqual(rows.map((row) => row.name), data.map((row) => row[key] ?? "sources that are no address"));
      const pager = await page.locator(".pager span").first().innerText();
      assert.equal(pager, `${data.length.toLocaleString("en")} of ${meta.total.toLocaleString("en")} rows`);
    } finally {
      await close();
    }
  });
}

test("the concentration of sources is the API's, and what nobody can name is shown although it is nothing", async () => {
  const { data } = await api("concentration?range=90d");
  const { page, close } = await open("sources?range=90d");
  try {
    const shown = (await page.locator("table.concentration tbody tr td:nth-child(3)").allInnerTexts()).map(number);
    assert.equal(shown[0], data.top_sources[0].messages);
    assert.equal(shown.at(-1), data.unnamed);
    for (const n of shown.slice(0, -1)) assert.ok([...data.top_sources, ...data.top_networks].some((step) => step.messages === n));
  } finally {
    await close();
  }
});

test("the rows of a breakdown and its rest add up to the whole", async () => {
  const { data: domains } = await api("domains?limit=1&range=90d");
  const failing = `domain=${domains[0].domain}&range=90d&class=fail_delivered&class=fail_stopped`;
  const { page, close } = await open(`domains/${domains[0].domain}?range=90d`);
  try {
    const rows = await table(page, "Sources with most failures");
    assert.equal(rows.reduce((sum, row) => sum + number(row.Messages), 0), (await api("summary?" + failing)).data.messages);
    assert.match(rows.at(-1).name, /others$/);
    const rest = page.locator("table", { has: page.locator("caption", { hasText: "Sources with most failures" }) }).locator("tbody tr").last().locator("a.number");
    assert.equal((await api("summary" + new URL(await rest.getAttribute("href"), base).search)).data.messages, number(await rest.innerText()));
  } finally {
    await close();
  }
});

test("what needs attention is what the API found otherwise than before, each with the rows behind it", async () => {
  const { data } = await api("changes");
  const unread = data.filter((one) => one.code === "failures_open");
  const wanted = data.length - unread.length + (unread.length > 0 ? 1 : 0);
  const { page, close } = await open("");
  try {
    const more = page.locator(".attention").getByRole("button", { name: /more$/ });
    if (await more.count()) await more.click();
    const lines = page.locator(".attention li");
    assert.equal(await lines.count(), wanted);
    assert.equal(wanted > 0 ? await numberIn(page, ".attention .badge") : 0, wanted);
    for (const href of await lines.getByRole("link", { name: "see why" }).evaluateAll((all) => all.map((one) => one.href))) {
      const behind = await open(href);
      assert.equal(await behind.page.locator("[role=alert]").count(), 0, href);
      assert.ok((await behind.page.locator("main tbody tr").count()) > 0, href);
      await behind.close();
    }
  } finally {
    await close();
  }
});

test("settings tell how long reports are kept, and since when there are some", async () => {
  const { data } = await api("retention");
  const { page, close } = await open("settings");
  try {
    const panel = page.locator(".panel", { has: page.getByRole("heading", { name: "How long reports are kept" }) });
    const said = await panel.innerText();
    assert.match(said, data.days === 0 ? /For ever/ : new RegExp(`${data.days} days`));
    const oldest = new Date(data.first_day + "T12:00:00Z").toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
    assert.ok(said.includes(oldest), `${said} does not tell ${oldest}`);
  } finally {
    await close();
  }
});

test("a comparison takes the complete days, and says which it leaves out", async () => {
  const { meta } = await api("summary?range=7d");
  const { data: now, compared: before } = await api(`summary?from=${meta.from}&to=${meta.complete_through}&compare=previous`);
  const rate = (one) => (100 * (one.pass_both + one.pass_one)) / (one.messages - one.unknown);
  const { page, close } = await open("?range=7d");
  try {
    await page.keyboard.press("x");
    await page.locator(".compared").waitFor();
    const said = await page.locator(".compared").innerText();
    const points = Math.abs(rate(now) - rate(before)).toFixed(1);
    assert.ok(said.includes(points), `${said} does not tell ${points}`);
    assert.equal(/incomplete/.test(said), meta.complete_through < meta.to);
  } finally {
    await close();
  }
});

test("paging through the sources shows every one of them once", async () => {
  const { meta } = await api("sources?limit=1");
  const { page, close } = await open("sources");
  try {
    const seen = [];
    for (;;) {
      seen.push(...(await table(page, "Sources")).map((row) => row.name));
      const next = page.locator(".pager").first().getByRole("link", { name: "Next" });
      if ((await next.count()) === 0 || seen.length > 2000) break;
      const url = page.url();
      await next.click();
      await page.waitForFunction((before) => location.href !== before, url);
      await settled(page);
    }
    assert.equal(seen.length, meta.total);
    assert.equal(new Set(seen).size, meta.total);
  } finally {
    await close();
  }
});

test("a source tells what the API tells of it", async () => {
  const { data: list } = await api("sources?limit=1&sort=-messages");
  const { data } = await api("sources/" + encodeURIComponent(list[0].ip));
  const { page, close } = await open("sources/" + encodeURIComponent(list[0].ip));
  try {
    assert.equal(await numberIn(page, ".answer-sentence .number"), data.messages);
    assert.equal(data.messages, list[0].messages);
    const claimed = await table(page, "What it claimed");
    assert.deepEqual(claimed.map((row) => number(row.Messages)), data.identities.map((row) => row.messages));
    const said = { true: "aligned", false: "not aligned" };
    assert.deepEqual(
      claimed.map((row) => row["Raw results"].match(/(not )?aligned/g) ?? []),
      data.identities.map((row) => [...row.dkim, ...row.spf].filter((one) => one.aligned !== null).map((one) => said[one.aligned])),
    );
    const saw = await table(page, "Who saw it");
    assert.deepEqual(saw.map((row) => number(row.Messages)), data.reporters.map((row) => row.messages));
    assert.equal(await numberIn(page, ".readout-when .number"), data.days.reduce((sum, day) => sum + day.messages, 0));
  } finally {
    await close();
  }
});

test("reporters tell how often and when they report, and nothing where that cannot be told", async () => {
  const { data } = await api("reporters?limit=100");
  assert.ok(data.some((row) => row.usual_send_hour !== null) && data.some((row) => row.reports_per_day !== null));
  const { page, close } = await open("reporters");
  try {
    const rows = await table(page, "Reporters");
    assert.deepEqual(
      rows.map((row) => [row["Reports a day"], row["Usually sent"]]),
      data.map((row) => [
        row.reports_per_day === null ? "" : String(Number(row.reports_per_day.toPrecision(3))),
        row.usual_send_hour === null ? "" : `around ${String(row.usual_send_hour).padStart(2, "0")}:00 UTC`,
      ]),
    );
  } finally {
    await close();
  }
});

test("the matrix of policies holds every cell", async () => {
  const answer = await api("policies?range=90d&limit=1000");
  const { page, close } = await open("policies?range=90d");
  try {
    const shown = await page.locator("table.matrix tbody tr").evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("td.number")].map((cell) => Number(cell.innerText.replace(/[^\d]/g, "")))),
    );
    const wanted = new Map();
    for (const row of answer.data) {
      const key = `${row.domain} ${row.policy.p}`;
      wanted.set(key, (wanted.get(key) ?? 0) + row.messages);
    }
    assert.deepEqual(shown.map((row) => row[0]), [...wanted.values()]);
    for (const row of shown) assert.equal(row.slice(1).reduce((a, b) => a + b, 0), row[0]);
    for (const link of await page.locator("table.matrix td a").all()) {
      const query = new URL(await link.getAttribute("href"), base).search;
      assert.equal((await api("summary" + query)).data.messages, number(await link.innerText()), query);
    }
    await page.locator("summary", { hasText: "Exactly as reports have them" }).click();
    await page.locator("table.matrix").nth(1).waitFor();
    const exact = await page.locator("table.matrix").nth(1).locator("tbody tr td.number:nth-of-type(3)").allInnerTexts();
    assert.deepEqual(exact.map(number), answer.data.map((row) => row.messages));
    const shares = await page.locator("table.bars tbody tr td:nth-child(3)").allInnerTexts();
    assert.deepEqual(shares.map(number), answer.published.map((one) => one.domains));
  } finally {
    await close();
  }
});

test("a report shows its records and their sum", async () => {
  const { data: list } = await api("reports?limit=1&range=all");
  const { data } = await api("reports/" + list[0].id);
  const { page, close } = await open("reports/" + list[0].id);
  try {
    const [messages, records] = await page.locator(".answer-sentence p").first().locator("a").allInnerTexts();
    assert.equal(number(messages), data.messages);
    assert.equal(number(records), data.records);
    assert.equal(await page.locator(".record-explained").count(), data.rows.length);
    await page.locator(".answer-sentence a").first().click();
    await page.waitForURL(/records/);
    await settled(page);
    assert.equal(await numberIn(page, ".messages-total"), data.messages);
  } finally {
    await close();
  }
});

test("outcomes of ingestion are those of the ledger and add up", async () => {
  const { counts } = await api("ingest/messages?limit=1");
  const { page, close } = await open("ingest");
  try {
    const shown = (await page.locator("table.bars tbody tr td:nth-child(3)").allInnerTexts()).map(number);
    assert.deepEqual(shown, [counts.stored, counts.duplicate, counts.conflict, counts.quarantined, counts.ignored]);
    assert.equal(await numberIn(page, ".answer-sentence a[href$='ingest/messages']"), shown.reduce((a, b) => a + b, 0));
  } finally {
    await close();
  }
});

test("days on which a published policy changed are marked, and named where they are read", async () => {
  const { changes } = await api("policies?limit=1");
  const { data: days } = await api("timeseries?interval=day");
  assert.ok(changes.length > 0);
  const [{ day, domain }] = changes;
  const { page, close } = await open("");
  try {
    const marks = page.locator(".chart .mark");
    await marks.first().waitFor();
    assert.equal(await marks.count(), new Set(changes.map((one) => one.day)).size);
    await page.getByText("a published policy changed").waitFor();
    await page.getByRole("slider").first().focus();
    for (let left = days.length - days.findIndex((one) => one.day === day); left > 0; left -= 1) await page.keyboard.press("ArrowLeft");
    await page.waitForFunction((name) => document.querySelector(".readout-when").textContent.includes(name + ": policy"), domain);
  } finally {
    await close();
  }
});
