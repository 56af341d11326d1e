// What the pages read of server/openapi.json, and its schemas in the words of TypeScript. Pure.
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: (string | null)[];
  anyOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  pattern?: string;
  format?: string;
  description?: string;
}
export interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  description?: string;
  required?: boolean;
  schema: Schema;
}
export interface Example {
  summary?: string;
  "x-request"?: string;
  "x-body"?: unknown;
  value: unknown;
}
export interface Reply {
  $ref?: string;
  description: string;
  content?: Record<string, { schema: Schema; examples?: Record<string, Example> }>;
}
export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, Reply>;
}
export interface OpenApi {
  info: { description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

/** The node itself, or the part of the document that it names. */
export function resolved<T extends { $ref?: string }>(document: OpenApi, node: T): T {
  if (!node.$ref) return node;
  const [, , kind = "", name = ""] = node.$ref.split("/");
  return document.components[kind]?.[name] as T;
}

export interface Listed {
  method: string;
  path: string;
  operation: Operation;
}
/** What the document offers under each of its tags. */
export function byTag(document: OpenApi): { tag: string; description: string; operations: Listed[] }[] {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return document.tags.map(({ name, description }) => ({
    tag: name,
    description,
    operations: all.filter((one) => one.operation.tags.includes(name)),
  }));
}

/** "string | null", "Classes & { … }", over several lines where it has members. */
export function typeText(schema: Schema, indent = ""): string {
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "";
  if (schema.anyOf) return schema.anyOf.map((part) => typeText(part, indent)).join(" | ");
  if (schema.allOf) return schema.allOf.map((part) => typeText(part, indent)).join(" & ");
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeText({ ...schema, type }, indent)).join(" | ");
  if (schema.type === "array") {
    const items = typeText(schema.items ?? {}, indent);
    return items.includes("|") ? `(${items})[]` : items + "[]";
  }
  if (schema.type !== "object") return schema.pattern ? `${schema.type} like ${schema.pattern}` : (schema.format ?? schema.type ?? "any");
  if (!schema.properties) return typeof schema.additionalProperties === "object" ? `{ [name]: ${typeText(schema.additionalProperties)} }` : "object";
  const inner = indent + "  ";
  const members = Object.entries(schema.properties).map(([name, member]) => {
    const optional = schema.required?.includes(name) ? "" : "?";
    return `${inner}${name}${optional}: ${typeText(member, inner)}${member.description ? `  // ${member.description}` : ""}`;
  });
  return `{\n${members.join("\n")}\n${indent}}`;
}
