import assert from "node:assert/strict";
import { test } from "node:test";
import { address, during, filtersOf, narrowed, negated, ofClasses, scopeOf, withFilter, withKeys, withoutFilter } from "../../../web/src/query";

const query = (text: string) => new URLSearchParams(text);

test("filters are read in order, with their negation", () => {
  assert.deepEqual(filtersOf(query("range=7d&domain=a.example&reporter=!noisy&x=1")), [
    { field: "domain", value: "a.example", negated: false },
    { field: "reporter", value: "noisy", negated: true },
  ]);
});

test("a filter is added once, and the list begins anew", () => {
  const filter = { field: "domain", value: "a.example", negated: false } as const;
  const once = withFilter(query("cursor=abc"), filter);
  assert.equal(withFilter(once, filter).toString(), "domain=a.example");
});

test("removing a filter leaves its siblings", () => {
  const left = withoutFilter(query("domain=a.example&domain=b.example"), { field: "domain", value: "a.example", negated: false });
  assert.equal(left.toString(), "domain=b.example");
});

test("turning a filter twice is as before", () => {
  const filter = { field: "ip", value: "192.0.2.1", negated: false } as const;
  const turned = negated(query("ip=192.0.2.1&range=7d"), filter);
  assert.equal(turned.toString(), "ip=%21192.0.2.1&range=7d");
  assert.equal(negated(turned, { ...filter, negated: true }).toString(), "ip=192.0.2.1&range=7d");
});

test("the scope holds window and filters, nothing of the view", () => {
  assert.equal(scopeOf(query("compare=previous&sort=-messages&cursor=1&interval=week&class=!unknown&range=90d")).toString(), "range=90d&class=%21unknown");
});

test("narrowing replaces what was asked of the field", () => {
  assert.equal(narrowed(query("class=pass_both&domain=a.example"), "class", "fail_delivered", "fail_stopped").toString(),
    "domain=a.example&class=fail_delivered&class=fail_stopped");
});

test("a window of days replaces a range", () => {
  assert.equal(during(query("range=all&domain=a.example"), "2026-11-01", "2026-11-07").toString(),
    "domain=a.example&from=2026-11-01&to=2026-11-07");
});

test("addresses are relative to the base of the page", () => {
  assert.equal(address(""), "./");
  assert.equal(address("", query("range=7d")), "?range=7d");
  assert.equal(address("records", withKeys(query("sort=day"), { sort: null })), "records");
});

test("classes are asked for as far as the scope holds them", () => {
  const asked = (scope: string, ...classes: string[]) => ofClasses(new URLSearchParams(scope), classes).toString();
  assert.equal(asked("range=7d", "pass_both", "pass_one"), "range=7d&class=pass_both&class=pass_one");
  assert.equal(asked("class=fail_delivered", "fail_delivered", "fail_stopped"), "class=fail_delivered");
  assert.equal(asked("class=!fail_stopped", "fail_delivered", "fail_stopped"), "class=fail_delivered");
});
