import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../../../web/src/stranger";

test("plain text of any script stays one piece", () => {
  assert.deepEqual(pieces("例え.テスト"), [{ text: "例え.テスト", hidden: false }]);
  assert.deepEqual(pieces(""), []);
});

test("characters that hide or turn text are named", () => {
  assert.deepEqual(pieces("a\u202eb\u0000"), [
    { text: "a", hidden: false },
    { text: "U+202E", hidden: true },
    { text: "b", hidden: false },
    { text: "U+0000", hidden: true },
  ]);
  for (const code of [0x07, 0x7f, 0x85, 0xad, 0x200b, 0x200f, 0x2028, 0x2066, 0xfeff])
    assert.equal(pieces(String.fromCharCode(code))[0]?.hidden, true, code.toString(16));
});
