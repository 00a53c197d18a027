#!/usr/bin/env python3
"""Runs all tests one after the other and shows what a person needs: a line for each suite, every
failure with its place, and the end. Everything else is in .build/tests.log.

Some tests drive real processes through pseudo-terminals on machines that others use too. When at
most MOST_REPEATED tests fail, each is run once more by itself, and what passed only then is named
at the end as UNSTEADY. A test that fails twice, a crash, or more failures than that fail the run.
"""

import collections
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

MOST_REPEATED = 3
BUILD = Path(".build")
SHOWN = re.compile(
    r"(✘|↳|✔ (Suite|Test run)|➜|error:|.*Fatal error|.*unexpected signal|.*No matching test)"
)


def run(log, *arguments):
    """Runs `swift test`, shows the lines that matter, returns its exit status and last lines."""
    last = collections.deque(maxlen=40)
    command = ["swift", "test", "--skip-build", "--no-parallel", *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        for raw in process.stdout:
            line = raw.decode(errors="replace").rstrip("\n")
            log.write(line + "\n")
            last.append(line)
            if SHOWN.match(line):
                print(line[:600], flush=True)
        return process.wait(), list(last)


def failures(report):
    """The failed tests of an xUnit report, as filters of `swift test`; None without a report."""
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return None
    failed = [case for case in cases if case.find("failure") is not None]
    return [f"{case.get('classname')}/{case.get('name')}" for case in failed]


def main():
    BUILD.mkdir(exist_ok=True)
    report = BUILD / "tests-swift-testing.xml"
    report.unlink(missing_ok=True)
    with open(BUILD / "tests.log", "w", encoding="utf-8", errors="replace") as log:
        status, last = run(log, "--xunit-output", str(BUILD / "tests.xml"))
        if status == 0:
            return 0
        failed = failures(report)
        if not failed:
            print("FAILED: the run did not come to its end. Its last lines:", *last, sep="\n  ")
            return status
        if len(failed) > MOST_REPEATED:
            print("FAILED:", *failed, sep="\n  ")
            return status
        print("Failed, and run once more alone:", *failed, sep="\n  ", flush=True)
        again = [name for name in failed if not passes(log, name)]
    if again:
        print("FAILED TWICE:", *again, sep="\n  ")
        return status
    print("UNSTEADY, passed only the second time:", *failed, sep="\n  ")
    return 0


def passes(log, name):
    """Runs one test alone. A filter that finds nothing is no success."""
    # The report joins nested suites by full stops, the filter by slashes.
    filter = "^" + re.escape(name.split("(")[0]).replace(r"\.", "[./]") + r"(\(|/|$)"
    status, last = run(log, "--filter", filter)
    return status == 0 and any(re.match(r"✔ Test run with [1-9]", line) for line in last)


if __name__ == "__main__":
    sys.exit(main())
