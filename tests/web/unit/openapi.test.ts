import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { byTag, type OpenApi, resolved, typeText } from "../../../web/src/openapi";

test("schemas are told in the words of TypeScript", () => {
  assert.equal(typeText({ type: ["string", "null"] }), "string | null");
  assert.equal(typeText({ type: "array", items: { enum: ["r", "s"] } }), '("r" | "s")[]');
  assert.equal(typeText({ allOf: [{ $ref: "#/components/schemas/Classes" }, { type: "object" }] }), "Classes & object");
  assert.equal(
    typeText({ type: "object", required: ["a"], properties: { a: { type: "integer" }, b: { type: "string", description: "why" } } }),
    "{\n  a: integer\n  b?: string  // why\n}",
  );
  assert.equal(typeText({ type: "object", additionalProperties: { type: "integer" } }), "{ [name]: integer }");
});

test("every operation of the document is listed once, under a tag, with parameters that are found", () => {
  const document = JSON.parse(readFileSync("../server/openapi.json", "utf8")) as OpenApi;
  const listed = byTag(document).flatMap((group) => group.operations);
  const all = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  assert.equal(listed.length, all.length);
  for (const { operation } of listed)
    for (const parameter of operation.parameters ?? []) assert.ok(resolved(document, parameter).name);
});
