// The colours of the classes are those that were checked for readers who do not tell red from green; none is lost on its
// ground.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

// test.mjs runs this in web/.
const css = await readFile(join(process.cwd(), "src/styles/tokens.css"), "utf8");
const colours = new Map([...css.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name = "", light = "", dark = ""]) => [name, [light, dark]]));

const channel = (hex: string): number => {
  const part = parseInt(hex, 16) / 255;
  return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
const luminance = (colour: string): number =>
  0.2126 * channel(colour.slice(1, 3)) + 0.7152 * channel(colour.slice(3, 5)) + 0.0722 * channel(colour.slice(5, 7));
const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};
const of = (name: string, theme: number): string => colours.get(name)?.[theme] ?? assert.fail(name);

test("the classes have their checked colours", () => {
  const wanted = {
    ground: ["#ffffff", "#14171a"],
    "pass-both": ["#063e9e", "#2772f0"],
    "pass-one": ["#3196e5", "#c1e4f7"],
    "fail-delivered": ["#c84d03", "#f5a139"],
    "fail-stopped": ["#331a20", "#bd3164"],
  };
  for (const [name, pair] of Object.entries(wanted)) assert.deepEqual(colours.get(name), pair, name);
});

for (const [theme, name] of ["light", "dark"].entries()) {
  test(`what is drawn stands out from its ground (${name})`, () => {
    const drawn = ["pass-both", "pass-one", "fail-delivered", "fail-stopped", "strong-line", "accent", "focus", "series-0", "series-1", "series-2", "series-3"];
    for (const one of drawn) assert.ok(contrast(of(one, theme), of("ground", theme)) >= 3, one);
  });
  test(`what is written can be read on every ground (${name})`, () => {
    for (const ground of ["ground", "raised", "sunken"])
      for (const text of ["text", "faint", "link"]) assert.ok(contrast(of(text, theme), of(ground, theme)) >= 4.5, `${text} on ${ground}`);
    for (const text of ["warn", "good", "alarm"]) assert.ok(contrast(of(text, theme), of("ground", theme)) >= 4.5, text);
  });
}
