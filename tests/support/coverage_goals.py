"""Compares what llvm-cov exported with the goals: coverage_goals.py SUMMARY ROOT; exits 1 where one is missed."""
import json
import os
import sys

GOALS = {"schema/": (90, 85), "ingest/": (90, 85), "ingest/mime_gate.cpp": (100, 0), "ingest/xml_gate.cpp": (100, 0)}


def main():
    summary, root = sys.argv[1:]
    with open(summary, encoding="utf-8") as file:
        files = json.load(file)["data"][0]["files"]
    # A compiler cache may have made paths relative.
    for entry in files:
        entry["filename"] = os.path.normpath(entry["filename"])
    missed = False
    for area, goals in GOALS.items():
        within = [entry["summary"] for entry in files if entry["filename"].startswith(root + "/" + area)]
        told = []
        for kind, goal in zip(("lines", "branches"), goals):
            covered, count = (sum(entry[kind][what] for entry in within) for what in ("covered", "count"))
            good = count > 0 and 100 * covered >= goal * count
            missed = missed or not good
            told.append("%s %6.2f %% (%d of %d, goal %d %%%s)" % (kind, 100 * covered / max(count, 1), covered, count, goal, "" if good else ", MISSED"))
        print("%-22s %s" % (area, "   ".join(told)))
    worst = sorted((entry["summary"]["lines"]["percent"], entry["filename"]) for entry in files
                   if entry["filename"].startswith((root + "/schema/", root + "/ingest/")))[:8]
    print("least lines: " + ", ".join("%s %.0f %%" % (name[len(root) + 1:], percent) for percent, name in worst))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
