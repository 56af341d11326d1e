"""serve_sample.py COMMAND...: runs a command while the sample mailbox is served; RUADAR_URL says where.

Ends with the command's exit code.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from program import SAMPLE, Server, import_json

folder = Path(tempfile.mkdtemp(prefix="ruadar-"))
try:
    import_json(folder / "ruadar.db", SAMPLE)
    with Server(folder / "ruadar.db") as server:
        code = subprocess.run(sys.argv[1:], env={**os.environ, "RUADAR_URL": server.url}).returncode
finally:
    shutil.rmtree(folder)
sys.exit(code)
