"""The man pages, made by the program, and set by scdoc where it is there."""
import json
import re
import shutil
import subprocess
import unittest

from program import REPOSITORY, run

PAGES = ("ruadar.1", "ruadar.toml.5", "ruadar.7")


def page(name):
    return run("man", name, check=[0]).stdout.decode()


class ManPages(unittest.TestCase):
    def test_every_command_and_option_is_in_the_page_of_commands(self):
        text = page("ruadar.1").replace("\\", "")
        commands = []

        def visit(path):
            help_text = run("help", *path, check=[0]).stdout.decode()
            listed = re.search(r"\nCommands:\n((?:  .*\n)+)", help_text)
            for name in re.findall(r"^  (\w+)  ", listed[1], re.M) if listed else []:
                visit((*path, name))
            if path and not listed:
                commands.append(" ".join(path))
                self.assertIn("\n## %s" % " ".join(path), text)
                options = re.search(r"\nOptions:\n((?:  .*\n)+)", help_text)
                for option in re.findall(r"^  (?:-\w, )?(--[\w-]+)", options[1], re.M) if options else []:
                    self.assertIn(option, text)

        visit(())
        self.assertGreater(len(commands), 20)
        for option in ("--config", "--log-format", "--color", "--quiet", "--verbose"):
            self.assertIn(option, text)

    def test_every_setting_and_every_reason_code_is_in_a_page(self):
        settings = page("ruadar.toml.5").replace("\\", "")
        for name, section in json.loads(run("config", "schema", check=[0]).stdout)["properties"].items():
            for key in section.get("items", section)["properties"]:
                self.assertRegex(settings, r"(?m)^\*%s\*$" % key)
                self.assertIn("RUADAR_%s_" % name.upper(), settings)
        reference = page("ruadar.7").replace("\\", "")
        codes = re.findall(r'^ +\{"([a-z_]+)", (?:ignored|duplicate|conflict|quarantined),', (REPOSITORY / "schema/reason.cpp").read_text(encoding="utf-8"), re.M)
        self.assertGreater(len(codes), 40)
        for code in codes:
            self.assertRegex(reference, r"(?m)^\*%s\*$" % code)

    def test_another_page_is_a_usage_error(self):
        self.assertEqual(run("man", "ruadar.2").returncode, 2)

    @unittest.skipUnless(shutil.which("scdoc"), "there is no scdoc here")
    def test_scdoc_sets_them_and_man_shows_them(self):
        for name in PAGES:
            roff = subprocess.run(["scdoc"], input=page(name).encode(), capture_output=True)
            self.assertEqual(roff.returncode, 0, name + ": " + roff.stderr.decode())
            if shutil.which("groff"):
                shown = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=roff.stdout, capture_output=True)
                self.assertEqual(shown.stderr, b"", name)


if __name__ == "__main__":
    unittest.main()
