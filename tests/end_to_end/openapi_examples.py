"""Asks a server what the examples of server/openapi.json ask.

    RUADAR_BINARY=build/dev/server/ruadar python3 tests/end_to_end/openapi_examples.py

writes the answers into the document: what a change of the API needs, after its schemas. The sample mailbox is served.
"""
import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import openapi
from program import REPOSITORY, SAMPLE, Server, import_json

# What differs from run to run, or from release to release.
VARYING = {"version", "parser", "stored_at", "last_stored_at", "last_mail_at", "read_at", "started_at", "ended_at", "first_failed",
           "last_tried", "run", "seconds", "generation", "data_generation"}
SHOWN = 2  # entries of a list


def shortened(value):
    if isinstance(value, list):
        return [shortened(entry) for entry in value[:SHOWN]]
    if isinstance(value, dict):
        return {key: shortened(entry) for key, entry in value.items()}
    return value


def steady(value):
    """Without what varies."""
    if isinstance(value, list):
        return [steady(entry) for entry in value]
    if isinstance(value, dict):
        return {key: steady(entry) for key, entry in value.items() if key not in VARYING or isinstance(entry, (dict, list))}
    return value


class Asker:
    """The sample mailbox, and servers on it: one for all questions, a new one for whatever changes something."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="ruadar-"))
        self.database = self.folder / "ruadar.db"
        import_json(self.database, "-", stdin=SAMPLE.read_bytes())
        self.server = Server(self.database).__enter__()

    def close(self):
        self.server.__exit__()
        shutil.rmtree(self.folder)

    def ask(self, example):
        """(status, media type, body) of the request that an example names."""
        method, target = example["x-request"].split(" ", 1)
        if method == "GET":
            return self._sent(self.server, method, target, None)
        body = example.get("x-body", "")
        body = body if isinstance(body, str) else json.dumps(body)
        data = (REPOSITORY / example["x-body-file"]).read_bytes() if "x-body-file" in example else body.encode()
        with self.another() as server:
            return self._sent(server, method, target, data)

    @contextmanager
    def another(self):
        """A server on a copy, for what changes something."""
        with tempfile.TemporaryDirectory(prefix="ruadar-") as folder:
            for file in self.folder.iterdir():
                shutil.copy(file, folder)
            with Server(Path(folder) / "ruadar.db") as server:
                yield server

    @staticmethod
    def _sent(server, method, target, data):
        status, headers, body = server.ask(target, data, method=method)
        kind = headers.get_content_type()
        return status, kind, json.loads(body) if kind.endswith("json") else body.decode()


def main():
    document = openapi.Document()
    asker = Asker()
    try:
        for *_, example in document.examples():
            answer = shortened(asker.ask(example)[2])
            if steady(answer) != steady(example.get("value")):  # else the file would differ from run to run
                example["value"] = answer
    finally:
        asker.close()
    openapi.FILE.write_text(document.text(), encoding="utf-8")


if __name__ == "__main__":
    main()
