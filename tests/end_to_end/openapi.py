"""What server/openapi.json says: references, values against schemas, and the document's own form.

As much of JSON Schema as the document uses, no more: a keyword that is not known here is an error. Stricter than JSON
Schema in one thing: a member that no schema names is an error too, so that nothing goes undocumented.
"""
import json
import re

from program import REPOSITORY

FILE = REPOSITORY / "server/openapi.json"
METHODS = ("get", "post", "put", "patch", "delete")
TYPES = {"string": str, "object": dict, "array": list, "boolean": bool, "null": type(None)}
CHOSEN = "#/components/schemas/Chosen"
FORMATS = {"date": r"\d{4}-\d{2}-\d{2}", "date-time": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", "uri-reference": r"\S+"}
KEYWORDS = {"$ref", "type", "enum", "anyOf", "allOf", "properties", "required", "additionalProperties", "items", "minimum",
            "maximum", "maxLength", "pattern", "format", "description"}


class Document:
    def __init__(self):
        self.root = json.loads(FILE.read_text(encoding="utf-8"))

    def resolve(self, node):
        """The node itself, or what its $ref names."""
        while "$ref" in node:
            target = self.root
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def operations(self):
        """(METHOD, path, operation) of each."""
        for path, item in self.root["paths"].items():
            for method in METHODS:
                if method in item:
                    yield method.upper(), path, item[method]

    def parameters(self, operation):
        return [self.resolve(parameter) for parameter in operation.get("parameters", [])]

    def response(self, operation, status):
        """What is documented for this status, `default` left out; None where nothing is."""
        found = operation["responses"].get(str(status))
        return self.resolve(found) if found else None

    def examples(self):
        """(METHOD, path, status, media type, name, schema, example) of each; one that operations share comes once."""
        seen = set()
        for method, path, operation in self.operations():
            for status, response in operation["responses"].items():
                for kind, content in self.resolve(response).get("content", {}).items():
                    for name, example in content.get("examples", {}).items():
                        if id(example) in seen:
                            continue
                        seen.add(id(example))
                        yield method, path, status, kind, name, content["schema"], example

    def members(self, schema):
        """Names of the members that a schema knows; None where it knows no end of them."""
        schema = self.resolve(schema)
        if isinstance(schema.get("additionalProperties"), dict):
            return None
        if "allOf" in schema:
            parts = [self.members(part) for part in schema["allOf"]]
            return None if None in parts else set().union(*parts)
        return set(schema["properties"]) if "properties" in schema else None

    def faults(self, schema, value, at="$", whole=True, chosen=False):
        """What is wrong with a value, as sentences. `whole`: members that the schema does not name are wrong. `chosen`: the
        question had `fields`; a row without them is not let off as one with them."""
        schema = self.resolve(schema)
        if "anyOf" in schema:
            parts = [part for part in schema["anyOf"] if chosen or part.get("$ref") != CHOSEN]
            tries = [self.faults(part, value, at, whole, chosen) for part in parts]
            return [] if [] in tries else min(tries, key=len)
        faults = []
        types = schema.get("type")
        if types and not any(has_type(value, one) for one in ([types] if isinstance(types, str) else types)):
            return ["%s is %r, no %s" % (at, value, types)]
        if "enum" in schema and value not in schema["enum"]:
            faults.append("%s is %r, none of %s" % (at, value, schema["enum"]))
        if isinstance(value, str):
            if "pattern" in schema and not re.search(schema["pattern"], value):
                faults.append("%s is %r, not like %s" % (at, value, schema["pattern"]))
            if "format" in schema and not re.fullmatch(FORMATS[schema["format"]], value):
                faults.append("%s is %r, no %s" % (at, value, schema["format"]))
        if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            faults.append("%s is %d, out of range" % (at, value))
        for part in schema.get("allOf", []):
            faults += self.faults(part, value, at, False, chosen)
        if isinstance(value, list) and "items" in schema:
            for n, entry in enumerate(value):
                faults += self.faults(schema["items"], entry, "%s[%d]" % (at, n), chosen=chosen)
        if isinstance(value, dict):
            faults += ["%s lacks %s" % (at, name) for name in schema.get("required", []) if name not in value]
            for name, entry in value.items():
                if name in schema.get("properties", {}):
                    faults += self.faults(schema["properties"][name], entry, "%s.%s" % (at, name), chosen=chosen)
                elif isinstance(schema.get("additionalProperties"), dict):
                    faults += self.faults(schema["additionalProperties"], entry, "%s.%s" % (at, name), chosen=chosen)
            known = self.members(schema)
            if whole and known is not None:
                faults += ["%s.%s is not documented" % (at, name) for name in value if name not in known]
        return faults

    def text(self):
        """The document as its file has it: what fits on a line stands on one."""
        return laid_out(self.root) + "\n"


def has_type(value, name):
    if name in ("integer", "number"):
        return isinstance(value, int if name == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def laid_out(value, depth=0, taken=0):
    """JSON, in lines of at most 120 characters where that can be; `taken`: what stands before the value on its line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value or depth + taken + len(flat) < 120 and flat.count("{") <= 3:
        return flat
    inner = "\n" + " " * (depth + 1)
    if isinstance(value, list):
        entries, ends = [laid_out(entry, depth + 1) for entry in value], "[]"
    else:
        keys, ends = [json.dumps(key) + ": " for key in value], "{}"
        entries = [key + laid_out(entry, depth + 1, len(key)) for key, entry in zip(keys, value.values())]
    return ends[0] + inner + ("," + inner).join(entries) + "\n" + " " * depth + ends[1]
