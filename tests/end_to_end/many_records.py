"""Reports with many records, and how much memory a server takes to hand them out.

    RUADAR_BINARY=build/release/server/ruadar python3 tests/end_to_end/many_records.py --records 1000000

imports so many, streams them as CSV and as NDJSON, and tells what the server took beyond what it had taken before.
"""
import argparse
import gzip
import tempfile
import time
import urllib.request
from pathlib import Path

from program import Server, import_json

RECORD = ("<record><row><source_ip>%s</source_ip><count>%d</count><policy_evaluated><disposition>none</disposition>"
          "<dkim>pass</dkim><spf>%s</spf></policy_evaluated></row><identifiers><header_from>example.com</header_from>"
          "</identifiers><auth_results><dkim><domain>example.com</domain><selector>s%d</selector><result>pass</result></dkim>"
          "<spf><domain>example.com</domain><result>pass</result></spf></auth_results></record>")
OF_REPORT = 5000


def report(number, records, day=20000):
    begin = (day + number % 60) * 86400
    rows = "".join(RECORD % ("10.%d.%d.%d" % (number % 256, n // 256 % 256, n % 256), n % 7 + 1, ("pass", "fail")[n % 2], n % 5)
                   for n in range(records))
    return ("<feedback><report_metadata><org_name>Reporter %d</org_name><email>dmarc@reporter.example</email><report_id>r%d"
            "</report_id><date_range><begin>%d</begin><end>%d</end></date_range></report_metadata><policy_published>"
            "<domain>example.com</domain><p>none</p></policy_published>%s</feedback>"
            % (number % 3, number, begin, begin + 86399, rows))


def write_reports(folder, count, records, first=0):
    """So many files of one report each; `records` in each."""
    for number in range(first, first + count):
        (folder / ("report-%d.xml.gz" % number)).write_bytes(gzip.compress(report(number, records).encode(), 1))


def high_water(pid):
    """The most memory that a process has had, in bytes."""
    for line in Path("/proc/%d/status" % pid).read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmHWM")


def stream(server, kind):
    """(rows, bytes, seconds) of all records."""
    began, rows, size = time.monotonic(), 0, 0
    with urllib.request.urlopen(server.url + "/api/v1/records?range=all&format=" + kind, timeout=600) as answer:
        while part := answer.read(1 << 16):
            rows += part.count(b"\n")
            size += len(part)
    return rows - (kind == "csv"), size, time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    wanted = parser.parse_args().records
    with tempfile.TemporaryDirectory(prefix="ruadar-") as name:
        folder, database = Path(name) / "reports", Path(name) / "ruadar.db"
        folder.mkdir()
        write_reports(folder, -(-wanted // OF_REPORT), OF_REPORT)
        print("imported:", import_json(database, folder))
        with Server(database) as server:
            server.get("summary?range=all")
            before = high_water(server.process.pid)
            for kind in ("csv", "ndjson"):
                rows, size, seconds = stream(server, kind)
                more = high_water(server.process.pid) - before
                print("%s: %d rows, %.0f MB in %.1f s, %.1f MiB more than the %.1f MiB before"
                      % (kind, rows, size / 1e6, seconds, more / 2**20, before / 2**20))


if __name__ == "__main__":
    main()
