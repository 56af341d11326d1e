"""The documents say what the program has."""
import json
import re
import tomllib
import unittest

from program import REPOSITORY, run


class Documents(unittest.TestCase):
    def test_every_setting_is_in_the_readme(self):
        readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
        section, missing = "", []
        for line in run("config", "example", check=[0]).stdout.decode().splitlines():
            if match := re.match(r"#? ?\[+(\w+)\]+$", line):
                section = match[1]
            elif (match := re.match(r"#? ?(\w+) = ", line)) and section != "mailbox":
                if "`%s.%s`" % (section, match[1]) not in readme:
                    missing.append("%s.%s" % (section, match[1]))
        self.assertNotEqual(section, "")
        self.assertEqual(missing, [])

    def test_every_event_of_the_log_is_documented_and_no_other_is_logged(self):
        source = lambda path: (REPOSITORY / path).read_text(encoding="utf-8")
        table = set(re.findall(r'^ *\{"(\w+)", "', source("server/log_events.cpp"), re.M))
        self.assertIn("report_stored", table)
        written = set()
        for folder in ("server", "ingest"):
            for path in (REPOSITORY / folder).rglob("*.cpp"):
                text = path.read_text(encoding="utf-8")
                for told in re.findall(r"\blog_event\(([^{;]*)", text) + re.findall(r"\.tell\(([^,]+),", text):
                    written |= set(re.findall(r'"(\w+)"', told))
        self.assertEqual(written, table)
        documented = set(re.findall(r"^\| `(\w+)` \|", source("docker/README.md").split("## Log")[1].split("\n## ")[0], re.M))
        self.assertEqual(documented, table)

    def test_every_metric_is_documented_with_its_type_and_labels(self):
        source = (REPOSITORY / "server/metrics.cpp").read_text(encoding="utf-8")
        table = set(re.findall(r'\{"(ruadar_\w+)", "(\w+)", "([^"]*)"', source))
        self.assertGreater(len(table), 10)
        documented = set(re.findall(r"^\| `(ruadar_\w+)` \| (\w+) \| ([^|]*?) ?\|", (REPOSITORY / "docker/README.md").read_text(encoding="utf-8"), re.M))
        self.assertEqual(documented, table)

    def test_dashboard_and_alerts_ask_for_metrics_that_there_are(self):
        source = (REPOSITORY / "server/metrics.cpp").read_text(encoding="utf-8")
        table = {name: (kind, set(filter(None, labels.split(", ")))) for name, kind, labels in
                 re.findall(r'\{"(ruadar_\w+)", "(\w+)", "([^"]*)"', source)}
        dashboard = json.loads((REPOSITORY / "docker/grafana/dashboard.json").read_text(encoding="utf-8"))
        questions = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
        alerts = (REPOSITORY / "docker/grafana/alerts.yaml").read_text(encoding="utf-8")
        questions += re.findall(r"^ +expr: (.*)$", alerts, re.M)
        self.assertGreater(len(questions), 15)
        asked = set()
        for question in questions:
            for name, labels in re.findall(r"\b(ruadar_\w+)(?:\{([^}]*)\})?", question):
                base = re.sub(r"_(bucket|sum|count)$", "", name)
                self.assertIn(base, table, question)
                self.assertEqual(name != base, table[base][0] == "histogram", question)
                asked.add(base)
                for label in re.findall(r"(\w+)[=!]~?\"", labels or ""):
                    self.assertIn(label, table[base][1] | {"le"}, question)
        self.assertEqual(asked, set(table), "nothing asks for these")

    def test_the_schema_takes_the_example(self):
        """Every key of `config example` is in `config schema` with its default, and the other way round."""
        example = tomllib.loads(re.sub(r"^#(\[\[mailbox\]\]|\w+ = )", r"\1", run("config", "example", check=[0]).stdout.decode(), flags=re.M))
        schema = json.loads(run("config", "schema", check=[0]).stdout)
        example["mailbox"] = example["mailbox"][0]
        types = {bool: "boolean", int: "integer", str: "string", list: "array"}
        sections = {name: section.get("items", section) for name, section in schema["properties"].items()}
        self.assertEqual(set(example), set(sections))
        for name, section in sections.items():
            self.assertEqual(set(example[name]), set(section["properties"]), name)
            self.assertFalse(section["additionalProperties"])
            for key, value in example[name].items():
                setting = section["properties"][key]
                self.assertEqual(setting.get("default", value), value, key)
                wanted = setting["type"] if isinstance(setting["type"], list) else [setting["type"]]
                self.assertIn(types[type(value)], wanted, key)
                if "enum" in setting:
                    self.assertIn(value, setting["enum"])
                if "pattern" in setting and isinstance(value, str):
                    self.assertRegex(value, setting["pattern"])

    def commands(self):
        """(document, words) of each command line of ruadar that stands in a code block or between backticks."""
        for document in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docker/README.md"):
            text = (REPOSITORY / document).read_text(encoding="utf-8")
            blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
            lines = [line for block in blocks for line in block.splitlines()] + [code.replace("\n", " ") for code in re.findall(r"(?<!`)`([^`]+)`(?!`)", text)]
            for line in lines:
                for found in re.findall(r"(?:^|[ /])\$?ruadar +((?:(?![|<>#;])[^`])+)", line):
                    if "systemctl" not in line and "apt" not in line and "docker compose" not in line and "useradd" not in line:
                        yield document, found.split()

    def test_every_command_that_the_documents_show_is_there_with_its_options(self):
        seen = 0
        for document, words in self.commands():
            path = []
            while words and re.fullmatch(r"[a-z]+", words[0]) and run("help", *path, words[0]).returncode == 0:
                path.append(words.pop(0))
            if not path:  # a sentence, or what stands before the name of another program
                self.assertFalse(words and words[0].startswith("-") and words[0] not in ("-V", "--version"), (document, words))
                continue
            text = run("help", *path, check=[0]).stdout.decode()
            for word in words:
                if word.startswith("--"):
                    self.assertIn(word.split("=")[0], text, (document, path))
            seen += 1
        self.assertGreater(seen, 20)

    def test_contributing_names_presets_scripts_and_tests_that_there_are(self):
        text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
        presets = {preset["name"] for preset in json.loads((REPOSITORY / "CMakePresets.json").read_text())["configurePresets"]}
        for preset in re.findall(r"--preset (\w+)", text):
            self.assertIn(preset, presets)
        for script in re.findall(r"(?<![\w/.])((?:docker|tests|server|\.ci)/[\w/.-]+)", text):
            self.assertTrue(list(REPOSITORY.glob(script.rstrip("/.") + "*")), script)
        registered = "\n".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "tests").glob("**/CMakeLists.txt"))
        registered += "\n".join(str(path) for path in (REPOSITORY / "tests").glob("*/*_test.*"))
        for pattern in re.findall(r"-R '?([\w|]+)'?", text):
            for name in pattern.split("|"):
                self.assertIn(name, registered)

    def test_every_file_that_the_documents_name_is_there(self):
        missing = []
        for document in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docker/README.md"):
            text = (REPOSITORY / document).read_text(encoding="utf-8")
            named = re.findall(r"`((?:schema|ingest|server|web|tests|docker)/[\w./-]*)`", text) + re.findall(r"\]\((\w[\w./-]*)\)", text)
            above = (REPOSITORY / document).parent
            missing += [(document, path) for path in named if not (REPOSITORY / path).exists() and not (above / path).exists()]
        self.assertEqual(missing, [])

    def test_every_package_is_explained(self):
        """The list of packages and the table of the README name the same libraries."""
        readme = (REPOSITORY / "README.md").read_text(encoding="utf-8").lower()
        listed = re.search(r"build\) echo \"(.*?)\"", (REPOSITORY / "docker/install-build-deps.sh").read_text(), re.S)[1].split()
        names = {"libssl": "openssl", "libsqlite3": "sqlite", "zlib1g": "zlib", "libexpected": "libexpected", "nlohmann-json3": "nlohmann-json",
                 "libtomlplusplus": "toml++", "libcurl4-openssl": "libcurl"}
        for package in listed:
            if package.endswith("-dev"):
                name = names.get(package[:-4], package[:-4])
                self.assertTrue(name in readme or name.removeprefix("lib") in readme, package)


if __name__ == "__main__":
    unittest.main()
