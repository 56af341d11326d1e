import assert from "node:assert/strict";
import { test } from "node:test";
import { networkOf } from "../../../web/src/network";

test("an address stands for its network, however IPv6 is shortened", () => {
  assert.equal(networkOf("192.0.2.17"), "192.0.2.0/24");
  assert.equal(networkOf("2001:db8:25::10"), "2001:db8:25:0::/64");
  assert.equal(networkOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  assert.equal(networkOf("::1"), "0:0:0:0::/64");
  assert.equal(networkOf("fe80::"), "fe80:0:0:0::/64");
});
