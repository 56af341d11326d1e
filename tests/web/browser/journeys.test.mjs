// What people do: filter, go back, zoom with the keyboard, upload, decide on a failure.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, base, newContext, number, numberIn, open, settled, stopBrowser } from "./support.mjs";

after(stopBrowser);

test("a filter is added, turned, removed, and back undoes it", async () => {
  const { data: domains } = await api("domains?limit=1");
  const { domain } = domains[0];
  const all = (await api("summary")).data.messages;
  const of = (await api("summary?domain=" + domain)).data.messages;
  const { page, faults, close } = await open("records");
  try {
    await page.keyboard.press("f");
    await page.getByLabel("Field").selectOption("domain");
    await page.getByLabel("Value", { exact: true }).fill(domain);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.waitForURL(/domain=/);
    await settled(page);
    assert.equal(await numberIn(page, ".messages-total"), of);
    await page.locator(".chip-turn").click();
    await page.waitForURL(/domain=%21/);
    await settled(page);
    assert.equal(await numberIn(page, ".messages-total"), all - of);
    await page.goBack();
    await settled(page);
    assert.equal(await numberIn(page, ".messages-total"), of);
    await page.locator(".chip-remove").click();
    await page.waitForFunction(() => !location.search.includes("domain"));
    await settled(page);
    assert.equal(await numberIn(page, ".messages-total"), all);
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
});

test("values are chosen from a counted list, several of a field are either of them", async () => {
  const { data: values } = await api("facets?field=header_from&range=90d");
  assert.ok(values.length > 1);
  const { page, faults, close } = await open("records?range=90d");
  try {
    await page.keyboard.press("f");
    await page.getByLabel("Field").selectOption("header_from");
    const list = page.getByRole("group", { name: "Values of Header from" });
    await list.getByRole("button").first().waitFor();
    await settled(page);
    assert.deepEqual((await list.locator(".number").allInnerTexts()).map(number), values.map((row) => row.messages));
    let wanted = 0;
    for (const [index, { messages }] of values.slice(0, 2).entries()) {
      const place = page.url();
      await list.getByRole("button").nth(index).click();
      await page.waitForFunction((before) => location.href !== before, place);
      await settled(page);
      wanted += messages;
      assert.equal(await numberIn(page, ".messages-total"), wanted);
    }
    await page.getByLabel("Value", { exact: true }).fill(values[1].value);
    await page.waitForFunction((name) => [...document.querySelectorAll(".facet-name")].every((one) => one.innerText.includes(name)), values[1].value);
    await page.keyboard.press("Escape");
    assert.equal(await list.count(), 0);
    await page.waitForFunction(() => document.activeElement?.classList.contains("add-filter"));
    assert.equal(await page.locator(".chip").count(), 2);
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
});

test("where nothing matches, each filter can be dropped alone", async () => {
  const { page, close } = await open("records?range=90d&domain=nobody.example&class=pass_both");
  try {
    const offers = page.locator(".empty li a");
    assert.deepEqual(await offers.allInnerTexts(), ["Without Domain = nobody.example", "Without Class = Pass, both", "Look at the whole time"]);
    await offers.first().click();
    await page.waitForURL((url) => url.search === "?range=90d&class=pass_both");
    await settled(page);
    assert.equal(await numberIn(page, ".messages-total"), (await api("summary?range=90d&class=pass_both")).data.messages);
  } finally {
    await close();
  }
});

test("a slash searches", async () => {
  const { page, close } = await open("records?range=90d");
  try {
    await page.keyboard.press("/");
    await page.getByLabel("Value", { exact: true }).waitFor();
    await page.keyboard.type("192.0.2.");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=192\.0\.2\./);
    await settled(page);
    assert.equal(await numberIn(page, ".messages-total"), (await api("summary?range=90d&q=192.0.2.")).data.messages);
  } finally {
    await close();
  }
});

test("the keyboard walks the chart and zooms to one day", async () => {
  const { data: days } = await api("timeseries?interval=day");
  const day = days.at(-3);
  const { page, close } = await open("");
  try {
    const chart = page.getByRole("slider").first();
    await chart.focus();
    for (let i = 0; i < 3; i += 1) await page.keyboard.press("ArrowLeft");
    assert.match(await chart.getAttribute("aria-valuetext"), new RegExp(day.messages.toLocaleString("en")));
    assert.equal(await numberIn(page, ".readout-when .number"), day.messages);
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`from=${day.day}&to=${day.day}`));
    await settled(page);
    assert.equal(await numberIn(page, ".readout-when .number"), day.messages);
  } finally {
    await close();
  }
});

test("dragging over bars zooms to them", async () => {
  const { data: days } = await api("timeseries?interval=day&range=7d");
  const { page, close } = await open("?range=7d");
  try {
    const frame = page.locator(".chart-frame").first();
    const box = await frame.boundingBox();
    const x = (index) => box.x + 44 + ((box.width - 44) * (index + 0.5)) / 7;
    await page.mouse.move(x(1), box.y + 80);
    await page.mouse.down();
    await page.mouse.move(x(3), box.y + 80, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(new RegExp(`from=${days[1].day}&to=${days[3].day}`));
  } finally {
    await close();
  }
});

test("a file that is no report becomes a failure, which can be ignored and opened again", async () => {
  const { page, close } = await open("ingest");
  try {
    const name = `broken-${Date.now()}.xml`;
    await page.locator('input[type="file"]').setInputFiles({
      name,
      mimeType: "text/xml",
      buffer: Buffer.from(`<?xml version="1.0"?><feedback><report_metadata><org_name>${name}</org_name>`),
    });
    await page.locator(".upload-results li").first().waitFor();
    const result = page.locator(".upload-results li").first();
    assert.match(await result.innerText(), /Failed/);
    await result.getByRole("link").click();
    await page.waitForURL(/ingest\/failures\/\d+/);
    await settled(page);
    const id = number(new URL(page.url()).pathname.split("/").at(-1));
    assert.equal((await api("ingest/failures/" + id)).data.state, "open");
    await page.getByLabel("Why").fill("made by a test");
    await page.getByRole("button", { name: "Ignore" }).click();
    await page.getByText("It is now ignored.").waitFor();
    const ignored = (await api("ingest/failures/" + id)).data;
    assert.deepEqual([ignored.state, ignored.note], ["ignored", "made by a test"]);
    await page.getByRole("button", { name: "Open again" }).click();
    await page.getByText("It is now open.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Done").waitFor();
    assert.equal((await api("ingest/failures/" + id)).data.tries, 2);
  } finally {
    await close();
  }
});

test("a stored report uploaded again is a duplicate and changes no number", async () => {
  const before = (await api("summary?range=all")).data;
  const { data: reports } = await api("reports?limit=1&range=all");
  const xml = await (await fetch(new URL(`api/v1/reports/${reports[0].id}/xml`, base))).text();
  const { page, close } = await open("ingest");
  try {
    await page.locator('input[type="file"]').setInputFiles({ name: "again.xml", mimeType: "text/xml", buffer: Buffer.from(xml) });
    const result = page.locator(".upload-results li").first();
    await result.waitFor();
    assert.match(await result.innerText(), /Duplicate/);
    assert.deepEqual((await api("summary?range=all")).data, before);
  } finally {
    await close();
  }
});

test("a mailbox dropped on the page is told mail by mail, what needs somebody first", async () => {
  const { data: reports } = await api("reports?limit=1&range=all");
  const known = await (await fetch(new URL(`api/v1/reports/${reports[0].id}/xml`, base))).text();
  const unique = `drop-${Date.now()}`;
  const mail = (name, xml) =>
    [
      "From reporter@example.net Wed Nov 18 00:00:00 2026",
      "From: reporter@example.net",
      `Subject: Report ${name}`,
      `Message-ID: <${unique}-${name}@example.net>`,
      "MIME-Version: 1.0",
      `Content-Type: text/xml; name="${name}.xml"`,
      "Content-Transfer-Encoding: base64",
      `Content-Disposition: attachment; filename="${name}.xml"`,
      "",
      Buffer.from(xml).toString("base64").replace(/(.{76})/g, "$1\n"),
      "",
      "",
    ].join("\n");
  const mbox = mail("known", known) + mail("cut", `<?xml version="1.0"?><feedback><report_metadata><org_name>${unique}`);
  const { page, faults, close } = await open("ingest");
  try {
    const dropped = await page.evaluateHandle((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "two-mails.mbox"));
      return data;
    }, mbox);
    await page.locator(".drop").dispatchEvent("drop", { dataTransfer: dropped });
    await page.locator(".upload-results li").nth(1).waitFor();
    const results = await page.locator(".upload-results li").allInnerTexts();
    assert.match(results[0], /Failed.*cut\.xml/);
    assert.match(results[1], /Duplicate.*known\.xml/);
    assert.match(await page.locator(".upload-tally").innerText(), /Duplicate 1\s+Failed 1/);
    assert.deepEqual(faults.filter((fault) => !/status of 422/.test(fault)), []);
  } finally {
    await close();
  }
});

test("every single key does what the help says, until they are switched off", async () => {
  const { page, close } = await open("?range=90d");
  try {
    const pressed = async (keys, place) => {
      for (const key of keys) await page.keyboard.press(key);
      await page.waitForURL(place);
      await settled(page);
    };
    const search = (wanted) => (url) => url.search === wanted;
    await pressed("d", search("?range=7d"));
    await pressed("m", search("?range=90d"));
    await pressed("w", search(""));
    await pressed("x", search("?compare=previous"));
    await pressed("x", search(""));
    const { meta } = await api("summary");
    await pressed("[", (url) => url.searchParams.get("to") < meta.from);
    await pressed("]", (url) => url.searchParams.get("to") === meta.to);
    for (const [key, path] of [["s", "sources"], ["p", "policies"], ["r", "reports"], ["i", "ingest"], ["o", ""]])
      await pressed(["g", key], (url) => url.pathname === new URL(path, base).pathname);
    await pressed("?", /help$/);
    await page.getByLabel("Single-key shortcuts").uncheck();
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.keyboard.press("d");
    await settled(page);
    assert.match(page.url(), /help$/);
  } finally {
    await close();
  }
});

test("new data is offered, not forced", async () => {
  const { page, close } = await open("");
  try {
    await page.route("**/api/v1/status", async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      body.data.generation += 1;
      await route.fulfill({ response, json: body });
    });
    const place = () => page.locator(".chart").first().boundingBox();
    const before = await place();
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    const offer = page.getByRole("button", { name: "Show them" });
    await offer.waitFor();
    assert.deepEqual(await place(), before, "what is being read stays where it is");
    await offer.click();
    await settled(page);
    assert.equal(await offer.count(), 0);
    assert.equal(await page.getByRole("status").filter({ hasText: "Updated" }).count(), 1, "told to who does not see it");
  } finally {
    await close();
  }
});

test("what needs attention since the last visit is called new, for a day", async () => {
  const { data: found } = await api("changes");
  assert.ok(found.length > 0);
  const context = await newContext();
  const flagged = async () => {
    const { page, close } = await open("", context);
    const count = await page.locator(".attention .new").count();
    const days = await page.evaluate(() => JSON.parse(localStorage.getItem("ruadar.seen")));
    await close();
    return [count > 0, Object.keys(days).length, days];
  };
  const remember = async (days) => {
    const { page, close } = await open("help", context);
    await page.evaluate((text) => localStorage.setItem("ruadar.seen", text), JSON.stringify(days));
    await close();
  };
  try {
    const [atFirst, remembered, days] = await flagged();
    assert.deepEqual([atFirst, remembered], [false, found.length], "at the first visit nothing is new");
    await remember({});
    assert.equal((await flagged())[0], true, "what was not shown before is new");
    assert.equal((await flagged())[0], true, "and stays so for the day");
    await remember(Object.fromEntries(Object.keys(days).map((id) => [id, "2026-01-01"])));
    assert.equal((await flagged())[0], false, "what was shown on another day is not");
  } finally {
    await context.close();
  }
});

test("every address of a page stands below the base of the server", async () => {
  const { page, close } = await open("reports");
  try {
    const addresses = await page.locator("a[href], link[href], script[src]").evaluateAll((all) => all.map((one) => one.href ?? one.src));
    assert.ok(addresses.length > 20);
    assert.deepEqual(addresses.filter((one) => !one.startsWith(base.href)), []);
    await page.locator("tbody th a").first().click();
    await page.waitForURL(new RegExp("/reports/\\d+$"));
    await settled(page);
    const xml = await page.getByRole("link", { name: "Save XML" }).evaluate((link) => link.href);
    assert.ok(xml.startsWith(base.href));
    assert.match(await (await fetch(xml)).text(), /<feedback/);
    await page.reload();
    await settled(page);
    assert.ok(await page.locator(".record-explained").count());
  } finally {
    await close();
  }
});

test("the theme is remembered", async () => {
  const { page, close } = await open("");
  try {
    await page.getByLabel("Theme").selectOption("dark");
    await page.reload();
    await settled(page);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  } finally {
    await close();
  }
});
