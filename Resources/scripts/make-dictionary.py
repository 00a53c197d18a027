#!/usr/bin/env python3
"""make-dictionary.py STANDARD_FOLDER [HIGHDICOM_FOLDER]: writes the tables of Resources/data/dicom.

STANDARD_FOLDER holds attributes.json, sops.json, ciods.json, ciod_to_modules.json (innolitics
dicom-standard, MIT) and pydicom_dict.json, pydicom_uids.json (pydicom, MIT): the data dictionary
(DICOM PS3.6, PS3.7 annex E), the registry of UIDs (PS3.6 annex A) and the modules of each IOD
(PS3.3 annex A).

HIGHDICOM_FOLDER holds module_attribute_map.json of the package highdicom (MIT): the attributes of
each module with their types (PS3.3 annex C). `pip download --no-deps highdicom==0.28.2`, unpacked,
has it in highdicom/_standard. Without it iods.tsv and modules.tsv stay as they are.

Every table is sorted by the bytes of its first field, so that the program finds a line by binary
search and parses nothing else. Sources and licences: Resources/data/dicom/SOURCES.md.
"""
import collections, json, pathlib, sys

standard = pathlib.Path(sys.argv[1])
target = pathlib.Path(__file__).resolve().parent.parent / "data" / "dicom"
target.mkdir(parents=True, exist_ok=True)


def load(name, folder=standard):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def write(name, rows, *comments):
    lines = ["\t".join(row) for row in rows]
    keys = [line.split("\t")[0].encode() for line in lines]
    order = sorted(range(len(lines)), key=lambda index: keys[index])
    assert len(set(keys)) == len(keys), name
    with open(target / name, "w", encoding="utf-8", newline="\n") as out:
        for comment in comments:
            out.write("# " + comment + "\n")
        for index in order:
            out.write(lines[index] + "\n")


# The dictionary: pydicom's rows, completed by those that only the other source has.
dictionary = load("pydicom_dict.json")
rows = {tag.lower(): values for tag, values in dictionary["dict"].items()}
for row in load("attributes.json"):
    tag = row["id"].lower()
    if tag in rows or "x" in tag or not row["valueRepresentation"]:
        continue
    retired = "Retired" if row["retired"] == "Y" else ""
    rows[tag] = [
        row["valueRepresentation"], row["valueMultiplicity"], row["name"], retired, row["keyword"]]


def entry(tag, values):
    vr, vm, name, retired, keyword = values
    return [tag, vr, vm, keyword, name, "R" if retired else ""]


write(
    "dictionary.tsv", [entry(*row) for row in rows.items()],
    "DICOM data dictionary, PS3.6 and PS3.7 annex E; from %s" % dictionary["source"],
    "and innolitics dicom-standard (MIT); made by Resources/scripts/make-dictionary.py.",
    "tag, VR, VM, keyword, name, R when retired")
write(
    "repeating.tsv",
    [entry(tag.lower(), values) for tag, values in dictionary["repeaters"].items()],
    "Repeating groups of the data dictionary; x stands for any digit. Source as dictionary.tsv.",
    "tag, VR, VM, keyword, name, R when retired")
write(
    "keywords.tsv", [[values[4], tag] for tag, values in rows.items() if values[4]],
    "Keywords of dictionary.tsv.", "keyword, tag")

registry = load("pydicom_uids.json")
write(
    "uids.tsv",
    [[uid, kind, keyword, name, "R" if retired else ""]
     for uid, (name, kind, _, retired, keyword) in registry["uids"].items()],
    "DICOM registry of unique identifiers, PS3.6 annex A; from %s." % registry["source"],
    "UID, kind, keyword, name, R when retired")

if len(sys.argv) < 3:
    sys.exit()

# Which modules an object of a SOP class must have, and which attributes those must have.
attributes = load("module_attribute_map.json", pathlib.Path(sys.argv[2]))
tags = {values[4]: tag for tag, values in rows.items()}
names = {row["id"]: row["name"] for row in load("ciods.json")}
by_name = {name: key for key, name in names.items()}
mandatory = collections.defaultdict(list)
for row in load("ciod_to_modules.json"):
    if row["usage"] == "M" and row["moduleId"] in attributes:
        mandatory[row["ciodId"]].append(row["moduleId"])
iods = [(row["id"], by_name[row["ciod"]]) for row in load("sops.json") if row["ciod"] in by_name]
write(
    "iods.tsv", [[uid, names[iod], " ".join(mandatory[iod])] for uid, iod in iods],
    "Mandatory modules of the IOD of each storage SOP class, DICOM PS3.3 annex A and PS3.4 B.5;",
    "from innolitics dicom-standard (MIT). Conditional and optional modules are left out.",
    "SOP class, IOD, modules")

# Items of functional groups may stand in the shared or in the per-frame sequence: what is missing
# in one of them proves nothing (PS3.3 C.7.6.16).
EITHER = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
DEPTH = 2


def tree(module):
    """Children by path; kept are types 1 and 2, 1C on top, and what leads to them."""
    nodes = {}
    for row in attributes[module]:
        nodes.setdefault(tuple(row["path"]), {})[row["keyword"]] = row["type"]

    def branch(path):
        result = []
        for keyword, kind in sorted(nodes.get(path, {}).items(), key=lambda r: tags.get(r[0], "")):
            if keyword not in tags:
                continue
            if path and path[-1] in EITHER:
                kind = "3"
            inner = branch(path + (keyword,)) if len(path) < DEPTH else []
            if kind in ("1", "2") or (kind == "1C" and not path) or inner:
                shown = kind if kind in ("1", "2", "1C") else "3"
                result.append(shown + tags[keyword] + ("(" + " ".join(inner) + ")" if inner else ""))
        return result

    return branch(())


used = sorted({module for _, iod in iods for module in mandatory[iod]})
write(
    "modules.tsv", [[module, " ".join(tree(module))] for module in used],
    "Attributes that a module requires, DICOM PS3.3 annex C; from highdicom 0.28.2 (MIT).",
    "Each attribute: its type (1, 2, 1C; 3 when it only leads to others), its tag, and in brackets",
    "those of the items of a sequence.", "module, attributes")
