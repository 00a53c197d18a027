#!/usr/bin/env python3
"""Names what tests left behind: processes of this checkout's programs, mounts and folders of tests.

Ends with 1 when there is something.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

PREFIXES = (
    "radrelay-", "orthanc-", "dicom-", "demo-", "tmux-", "rr-", "probe-", "rt-", "store-")


def processes(build):
    """Programs that run from the folder of the build products."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            program = os.readlink(entry / "exe")
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if program.removesuffix(" (deleted)").startswith(f"{build}/") and state not in "ZX":
            yield f"process {entry.name} {program}"


def mounts(temporary):
    for line in Path("/proc/self/mounts").read_text().splitlines():
        place = line.split()[1]
        if re.match(re.escape(str(temporary)) + r"/(radrelay|orthanc)-", place):
            yield f"mount {place}"


def folders(temporary):
    for entry in temporary.iterdir():
        if entry.name.startswith(PREFIXES):
            yield f"folder {entry}"


def main():
    temporary = Path(tempfile.gettempdir())
    build = Path(".build").resolve()
    found = [*processes(build), *mounts(temporary), *folders(temporary)]
    for line in found:
        print(f"left behind: {line}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
