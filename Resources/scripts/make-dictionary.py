#!/usr/bin/env python3
"""make-dictionary.py STANDARD_FOLDER: writes Resources/data/dicom/{dictionary,uids}.tsv.

STANDARD_FOLDER holds pydicom_dict.json and pydicom_uids.json, which are the data dictionary
(DICOM PS3.6, PS3.7 annex E) and the registry of UIDs (PS3.6 annex A) as pydicom carries them (MIT).
"""
import json, pathlib, sys

source = pathlib.Path(sys.argv[1])
target = pathlib.Path(__file__).resolve().parent.parent / "data" / "dicom"
target.mkdir(parents=True, exist_ok=True)

dictionary = json.loads((source / "pydicom_dict.json").read_text())
rows = dict(dictionary["dict"])
rows.update(dictionary["repeaters"])
with open(target / "dictionary.tsv", "w", encoding="utf-8", newline="\n") as out:
    out.write("# DICOM data dictionary, PS3.6 and PS3.7 annex E; from %s.\n" % dictionary["source"])
    out.write("# tag (x: any digit of a repeating group), VR, VM, keyword, name, R when retired\n")
    for tag, (vr, vm, name, retired, keyword) in sorted(rows.items(), key=lambda r: r[0].lower()):
        out.write("\t".join([tag.lower(), vr, vm, keyword, name, "R" if retired else ""]) + "\n")

registry = json.loads((source / "pydicom_uids.json").read_text())
with open(target / "uids.tsv", "w", encoding="utf-8", newline="\n") as out:
    out.write("# DICOM registry of unique identifiers, PS3.6 annex A; from %s.\n" % registry["source"])
    out.write("# UID, kind, keyword, name, R when retired\n")
    for uid, (name, kind, _info, retired, keyword) in sorted(registry["uids"].items()):
        out.write("\t".join([uid, kind, keyword, name, "R" if retired else ""]) + "\n")
