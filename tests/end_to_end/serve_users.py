"""serve_users.py COMMAND...: like serve_sample.py, with the user alice; RUADAR_PASSWORD is her password."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from program import SAMPLE, Server, import_json, run

PASSWORD = "correct horse battery"

folder = Path(tempfile.mkdtemp(prefix="ruadar-"))
try:
    import_json(folder / "ruadar.db", SAMPLE)
    run("user", "add", "alice", "--role", "admin", "--db", folder / "ruadar.db", stdin=PASSWORD.encode(), check=(0,))
    with Server(folder / "ruadar.db") as server:
        told = {**os.environ, "RUADAR_URL": server.url, "RUADAR_PASSWORD": PASSWORD}
        code = subprocess.run(sys.argv[1:], env=told).returncode
finally:
    shutil.rmtree(folder)
sys.exit(code)
