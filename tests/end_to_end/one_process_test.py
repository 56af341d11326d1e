"""A database has one server and one writer; whoever comes second is told who is first."""
import os
import subprocess
import unittest

from program import BINARY, SAMPLE, ProgramTest, Server, environment, import_json, run


class OneProcess(ProgramTest):
    def test_a_second_server_ends_with_75_and_names_the_first(self):
        with Server(self.database) as first:
            second = run("serve", "--db", self.database, "--listen", "127.0.0.1:0", check=[75])
            self.assertIn("(process %d)" % first.process.pid, second.stderr.decode())
            # An import beside a server is no second server.
            self.assertGreater(import_json(self.database, SAMPLE)["stored"], 0)
        with Server(self.database):
            pass

    def test_a_second_import_ends_with_75_and_names_the_first(self):
        reads, feeds = os.pipe()
        with subprocess.Popen([BINARY, "import", "--db", str(self.database), "-"], stdin=reads, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env=environment()) as first:
            os.close(reads)
            while not self.database.exists() or self.database.stat().st_size == 0:
                self.assertIsNone(first.poll())
            second = run("import", "--db", self.database, SAMPLE, check=[75])
            self.assertIn("(process %d)" % first.pid, second.stderr.decode())
            os.close(feeds)
        self.assertGreater(import_json(self.database, SAMPLE)["stored"], 0)


if __name__ == "__main__":
    unittest.main()
