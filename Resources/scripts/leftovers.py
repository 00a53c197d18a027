#!/usr/bin/env python3
"""Names what tests left behind: processes of this checkout's programs, mounts and folders of tests.

Programs are known by their files, not by their paths: another checkout's, which may be mounted at the
same place, are not ours. Folders that a program of somebody else has in use are not ours either.
Ends with 1 when there is something.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

# Every test gives its folder a name of its own: letters, and a UUID or a random number behind.
RANDOM = r"(?:[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}|[0-9A-F]{8}|[0-9]{15,20})"
FOLDER = re.compile(rf"^[a-z]+(?:-[a-z0-9]+)*-{RANDOM}(?:\.[a-z]+)?$")
MOUNT = re.compile(r"/(radrelay|orthanc)-")


def programs(build):
    """Device and inode of every executable of the build."""
    found = set()
    for configuration in ("debug", "release"):
        folder = build / configuration
        for entry in folder.iterdir() if folder.is_dir() else []:
            if entry.is_file() and os.access(entry, os.X_OK):
                about = entry.stat()
                found.add((about.st_dev, about.st_ino))
    return found


def running():
    """Process id and program of everything that runs, but of this program and zombies."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            if state not in "ZX":
                yield entry, os.readlink(entry / "exe")
        except OSError:
            continue


def is_ours(entry, program, build, ours):
    """A program that was built anew since is known by its path only: and that is ours only where the
    process sees the same files as we do."""
    try:
        about = (entry / "exe").stat()
        if (about.st_dev, about.st_ino) in ours:
            return True
        same = os.readlink(entry / "ns/mnt") == os.readlink("/proc/self/ns/mnt")
    except OSError:
        return False
    return program.endswith(" (deleted)") and program.startswith(f"{build}/") and same


def uses(entry):
    """What a process has open, works in, or was told."""
    for name in ("cmdline", "environ"):
        try:
            yield (entry / name).read_bytes().decode(errors="replace")
        except OSError:
            pass
    try:
        for link in [entry / "cwd", *(entry / "fd").iterdir()]:
            yield os.readlink(link)
    except OSError:
        pass


def main():
    temporary = Path(tempfile.gettempdir())
    build = Path(".build").resolve()
    ours = programs(build)
    found = []
    others = []
    for entry, program in running():
        if is_ours(entry, program, build, ours):
            found.append(f"process {entry.name} {program}")
        else:
            others.extend(uses(entry))
    for line in Path("/proc/self/mounts").read_text().splitlines():
        place = line.split()[1]
        if place.startswith(f"{temporary}/") and MOUNT.match(place[len(str(temporary)):]):
            found.append(f"mount {place}")
    for entry in sorted(temporary.iterdir()):
        if FOLDER.match(entry.name) and not any(entry.name in text for text in others):
            found.append(f"folder {entry}")
    for line in found:
        print(f"left behind: {line}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
