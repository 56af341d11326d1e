"""The documents say what the program has."""
import re
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

    def test_every_file_that_the_documents_name_is_there(self):
        missing = []
        for document in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"):
            text = (REPOSITORY / document).read_text(encoding="utf-8")
            named = re.findall(r"`((?:schema|ingest|server|web|tests|docker)/[\w./-]*)`", text) + re.findall(r"\]\((\w[\w./-]*)\)", text)
            missing += [(document, path) for path in named if not (REPOSITORY / path).exists()]
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
