// Holds src/api/*_types.ts to server/openapi.json: every type that they export must be the schema of that name, member by
// member, and every answer that is a list or one object must be made of such a type. Says what differs.
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { schemas } = JSON.parse(await readFile(join(here, "../server/openapi.json"), "utf8")).components;
const api = join(here, "src/api");
const written = (await readdir(api)).filter((name) => name.endsWith("_types.ts")).map((name) => join(api, name));
const texts = await Promise.all(written.map((file) => readFile(file, "utf8")));
const exported = new Set([...texts.join("").matchAll(/^export (?:interface|type) (\w+)(?!\w*<)/gm)].map((match) => match[1]));

const chosen = "#/components/schemas/Chosen"; // rows that `fields` shortens: no page asks for such

/** A schema in TypeScript. */
function type(schema) {
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.anyOf) return schema.anyOf.filter((part) => part.$ref !== chosen).map(type).join(" | ");
  if (schema.allOf) return schema.allOf.map(type).join(" & ");
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.map((one) => type({ ...schema, type: one })).join(" | ");
  if (schema.type === "array") return `(${type(schema.items)})[]`;
  if (schema.type === "integer") return "number";
  if (schema.type !== "object") return schema.type;
  if (!schema.properties) return `Record<string, ${type(schema.additionalProperties)}>`;
  const member = ([name, value]) => `${name}${schema.required.includes(name) ? "" : "?"}: ${type(value)}`;
  return `{ ${Object.entries(schema.properties).map(member).join("; ")} }`;
}

/** What a page reads such an answer as, where no type has its name: a list of rows, or one object. */
function pattern(name) {
  const { data, page, meta } = schemas[name].properties ?? {};
  const row = data && type(data.items ?? data);
  if (!name.endsWith("Answer") || !exported.has(row)) return null;
  const state = JSON.stringify(meta ?? "").includes("/Generation") ? ", { generation: number }" : "";
  return page ? `Types.List<Types.${row}${state}>` : meta ? `Types.One<Types.${row}${state}>` : `Pick<Types.One<Types.${row}>, "data">`;
}

const parts = written.map((file) => `export type * from ${JSON.stringify(file.replace(/\.ts$/, ""))};\n`);
const lines = [`import type * as Types from "./types";`];
for (const [name, schema] of Object.entries(schemas)) lines.push(`type ${name} = ${type(schema)};`);
lines.push(
  "type Flat<T> = T extends (infer U)[] ? Flat<U>[] : T extends object ? { [K in keyof T]: Flat<T[K]> } : T;",
  "type Same<A, B> = (<T>() => T extends Flat<A> ? 1 : 2) extends <T>() => T extends Flat<B> ? 1 : 2 ? true : false;",
);
const unknown = [...exported].filter((name) => !schemas[name]);
const checked = Object.keys(schemas).filter((name) => exported.has(name) || pattern(name));
for (const name of checked)
  lines.push(`export const ${name}: Same<${name}, ${exported.has(name) ? `Types.${name}` : pattern(name)}> = true;`);

const folder = await mkdtemp(join(tmpdir(), "ruadar-types-"));
try {
  const file = join(folder, "check.ts");
  await writeFile(join(folder, "types.ts"), parts.join(""));
  await writeFile(file, lines.join("\n") + "\n");
  const flags = "--ignoreConfig --noEmit --strict --exactOptionalPropertyTypes --skipLibCheck --module esnext --moduleResolution bundler --target es2022 --types";
  const run = spawnSync(join(here, "node_modules/.bin/tsc"), [...flags.split(" "), "", file], { encoding: "utf8" });
  const wrong = [...run.stdout.matchAll(/check\.ts\((\d+),/g)].map((match) => lines[match[1] - 1].match(/^export const (\w+)/)?.[1]);
  const generic = ["One", "List", "Whole"];
  const extra = unknown.filter((name) => !generic.includes(name));
  if (wrong.includes(undefined) || (run.status !== 0 && wrong.length === 0)) console.error(run.stdout + run.stderr);
  for (const name of wrong) console.error(`${name} is another in server/openapi.json than in web/src/api/`);
  for (const name of extra) console.error(`${name} of web/src/api/ is no schema of server/openapi.json`);
  if (run.status !== 0 || extra.length) process.exitCode = 1;
  else console.log(`types and openapi.json agree on ${checked.length} types`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
