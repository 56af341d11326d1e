"""server/openapi.json tells of every route what the server does, and each of its examples is an answer of the server."""
import json
import random
import re
import unittest
from urllib.parse import quote, urlencode

import openapi
from openapi_examples import Asker, shortened, steady
from program import REPOSITORY

ASKED = 400  # generated requests


def written(value):
    """A value as a query has it: lists with commas."""
    return ",".join(value) if isinstance(value, list) else str(value)


class Form(unittest.TestCase):
    """The document by itself."""

    def setUp(self):
        self.document = openapi.Document()

    def nodes(self, node, at="#"):
        if isinstance(node, dict):
            yield at, node
            for key, value in node.items():
                if key not in ("value", "example", "x-body"):
                    yield from self.nodes(value, at + "/" + key)
        elif isinstance(node, list):
            for n, value in enumerate(node):
                yield from self.nodes(value, "%s/%d" % (at, n))

    def test_it_is_openapi(self):
        root = self.document.root
        self.assertRegex(root["openapi"], r"^3\.1\.")
        self.assertTrue(root["info"]["title"] and root["info"]["version"])
        self.assertLessEqual(set(root), {"openapi", "info", "servers", "tags", "paths", "components"})

    def test_it_is_laid_out_as_the_script_lays_it_out(self):
        self.assertEqual(openapi.FILE.read_text(encoding="utf-8"), self.document.text())

    def test_every_reference_leads_somewhere_and_nothing_is_left_over(self):
        named = {node["$ref"] for _, node in self.nodes(self.document.root) if "$ref" in node}
        for reference in named:
            self.document.resolve({"$ref": reference})
        parts = self.document.root["components"]
        held = {"#/components/%s/%s" % (kind, name) for kind in parts for name in parts[kind]}
        self.assertEqual(held - named, set())

    def test_schemas_use_what_is_checked(self):
        def check(schema, at):
            self.assertLessEqual(set(schema), openapi.KEYWORDS, at)
            for name in schema.get("required", []):
                self.assertIn(name, schema["properties"], at)
            inner = [*schema.get("anyOf", []), *schema.get("allOf", []), *schema.get("properties", {}).values()]
            inner += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
            for part in inner:
                check(part, at)

        for name, schema in self.document.root["components"]["schemas"].items():
            check(schema, name)
        for at, node in self.nodes(self.document.root["paths"]):
            if isinstance(node.get("schema"), dict):
                check(node["schema"], at)

    def test_every_operation_is_whole(self):
        names, tags = set(), {tag["name"] for tag in self.document.root["tags"]}
        for method, path, operation in self.document.operations():
            with self.subTest(method=method, path=path):
                self.assertNotIn(operation["operationId"], names)
                names.add(operation["operationId"])
                self.assertTrue(operation["summary"])
                self.assertLessEqual(set(operation["tags"]), tags)
                parameters = self.document.parameters(operation)
                wanted = set(re.findall(r"{(\w+)}", path))
                self.assertEqual({p["name"] for p in parameters if p["in"] == "path"}, wanted)
                self.assertEqual(len({(p["in"], p["name"]) for p in parameters}), len(parameters))
                for parameter in parameters:
                    self.assertTrue(parameter["in"] != "path" or parameter["required"])
                    self.assertIn("schema", parameter)
                    if "example" in parameter:
                        self.assertEqual(self.document.faults(parameter["schema"], parameter["example"]), [])
                self.assertIn("default", operation["responses"])
                for response in operation["responses"].values():
                    self.assertTrue(self.document.resolve(response)["description"])

    def test_every_example_fits_its_schema(self):
        for method, path, status, _, name, schema, example in self.document.examples():
            with self.subTest(method=method, path=path, status=status, name=name):
                chosen = "fields=" in example.get("x-request", "")
                self.assertEqual(self.document.faults(schema, example["value"], chosen=chosen), [])


class Routes(unittest.TestCase):
    def test_the_document_and_the_table_of_routes_name_the_same(self):
        source = (REPOSITORY / "server/api/routes.cpp").read_text(encoding="utf-8")
        table = set(re.findall(r'{"([A-Z]+)", "(/[^"]*)", Scope::\w+, Reach::\w+, \w+}', source))
        self.assertGreater(len(table), 20)
        self.assertEqual(table, {(method, path) for method, path, _ in openapi.Document().operations()})


class Answers(unittest.TestCase):
    """The document beside a server with the sample mailbox."""

    @classmethod
    def setUpClass(cls):
        cls.document = openapi.Document()
        cls.asker = Asker()
        cls.addClassCleanup(cls.asker.close)
        cls.server = cls.asker.server

    def test_it_is_served(self):
        status, headers, body = self.server.ask("/api/v1/openapi.json")
        self.assertEqual((status, headers.get_content_type()), (200, "application/json"))
        self.assertEqual(json.loads(body), self.document.root)
        self.assertEqual(self.server.ask("/api/v1/openapi.json", headers={"If-None-Match": headers["ETag"]})[0], 304)

    def test_every_example_is_what_the_server_answers(self):
        for method, path, status, kind, name, schema, example in self.document.examples():
            with self.subTest(method=method, path=path, status=status, name=name):
                got, got_kind, body = self.asker.ask(example)
                self.assertEqual((str(got), got_kind), (status, kind))
                self.assertEqual(self.document.faults(schema, body, chosen="fields=" in example["x-request"]), [])
                self.assertEqual(steady(shortened(body)), steady(example["value"]))

    def test_every_get_of_json_has_an_example(self):
        shown = {path for method, path, status, *_ in self.document.examples() if method == "GET" and status == "200"}
        wanted = {path for method, path, operation in self.document.operations()
                  if method == "GET" and "application/json" in self.document.response(operation, 200).get("content", {})}
        self.assertEqual(wanted - shown, {"/api/v1/openapi.json"})

    def test_the_fields_of_a_list_are_the_columns_of_its_csv(self):
        for method, path, operation in self.document.operations():
            fields = [p for p in self.document.parameters(operation) if p["name"] == "fields"]
            if not fields:
                continue
            asked = {p["name"]: written(p["example"]) for p in self.document.parameters(operation) if p.get("required")}
            if any(p["name"] == "range" for p in self.document.parameters(operation)):
                asked["range"] = "7d"
            with self.subTest(path=path):
                _, _, body = self.server.ask("%s?format=csv&%s" % (path, urlencode(asked)))
                self.assertEqual(body.decode().split("\r\n")[0].split(","), fields[0]["schema"]["items"]["enum"])

    def generated(self, rng, parameter):
        """A value for a parameter: mostly one that its schema allows."""
        schema = self.document.resolve(parameter["schema"])
        if rng.random() < 0.15:
            return rng.choice(["", "!", "x", "-1", "0", "99999999999999999999", "\u0000", "é%", "'; --", "a" * 300, "1,2"])
        if "example" in parameter and rng.random() < 0.6:
            example = parameter["example"]
            return rng.choice(example) if isinstance(example, list) else str(example)
        if schema.get("type") == "array":
            schema = self.document.resolve(schema["items"])
            if parameter.get("explode") is False and rng.random() < 0.3:
                return written(rng.choices(schema["enum"], k=rng.randint(2, 3)))
        if "enum" in schema:
            return rng.choice(schema["enum"])
        if match := re.search(r"\(([\w|]+)\)", schema.get("pattern", "")):
            return rng.choice(["", "-", "!"]) + rng.choice(match[1].split("|"))
        if schema.get("type") == "integer":
            return str(rng.randint(schema.get("minimum", 0), min(schema.get("maximum", 40), 40)))
        if schema.get("format") == "date":
            return "2026-%02d-%02d" % (rng.randint(8, 12), rng.randint(1, 31))
        return rng.choice(["example.com", "unknown", "google.com", "*.example.com", "!example.org", "mailing_list", "s1"])

    def request(self, rng, path, operation):
        """A generated target, and a body where the operation takes one."""
        query = []
        for parameter in self.document.parameters(operation):
            value = self.generated(rng, parameter)
            if parameter["in"] == "path":
                path = path.replace("{%s}" % parameter["name"], quote(value or "0", safe=""))
            elif parameter["in"] == "query" and (parameter.get("required") or rng.random() < 0.12):
                query.append((parameter["name"], value))
        body = None
        if "requestBody" in operation:
            words = ["ignored", "open", "first", "second", "", "\u2028", "x" * 5000]
            body = rng.choice([b"", b"{}", b"[]", b"null", b"{", b"\xff\xfe", b"<feedback/>", b'{"state":1}',
                               *(json.dumps({key: rng.choice(words)}).encode() for key in ("state", "keep", "note", "more"))])
        return path + ("?" + urlencode(query) if query else ""), body

    def check(self, operation, target, answer):
        """That an answer is documented; its status."""
        status, headers, body = answer
        if "\0" in target or "%00" in target and status == 400:
            return status  # refused before it is understood
        response = self.document.response(operation, status)
        self.assertIsNotNone(response, "%d is not documented: %s" % (status, body[:200]))
        if status == 204:
            self.assertEqual(body, b"")
            return status
        kind = headers.get_content_type()
        self.assertIn(kind, response["content"])
        if kind.endswith(("/json", "+json")):
            schema = response["content"][kind]["schema"]
            faults = self.document.faults(schema, json.loads(body), chosen="fields=" in target)
            self.assertEqual(faults, [])
        return status

    def test_generated_questions_meet_documented_answers(self):
        rng = random.Random(20261118)
        operations = [(path, operation) for method, path, operation in self.document.operations() if method == "GET"]
        good = 0
        for n in range(ASKED):
            path, operation = operations[n % len(operations)]
            target, _ = self.request(rng, path, operation)
            with self.subTest(target=target):
                good += self.check(operation, target, self.server.ask(target)) == 200
        self.assertGreater(good, ASKED / 4)

    def test_generated_commands_meet_documented_answers(self):
        rng = random.Random(20261119)
        operations = [entry for entry in self.document.operations() if entry[0] != "GET"]
        with self.asker.another() as server:
            for n in range(ASKED // 4):
                method, path, operation = operations[n % len(operations)]
                target, body = self.request(rng, path, operation)
                with self.subTest(method=method, target=target, body=body):
                    self.check(operation, target, server.ask(target, b"" if body is None else body, method=method))


if __name__ == "__main__":
    unittest.main()
