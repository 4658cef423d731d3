#!/usr/bin/env python3
"""Check the catalog in datasets/ and reconcile it with published totals.

Needs nothing but Python's standard library. Prints the faults found, then a table of
published against own figures. Exit code: 0 all well, 3 otherwise.

    scripts/datasets/check_facts.py [DATASETS_FOLDER]
"""
import csv
import datetime as dt
import json
import os
import re
import signal
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "datasets")
CLASSES = "public local partner limited invite gov china sovereign dedicated finance automotive".split()
DAY = dt.timedelta(1)
if hasattr(signal, "SIGPIPE"):
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # "| head" ends it quietly
faults = []


def fault(where, what):
    faults.append(f"{where}: {what}")


def table(name):
    """Rows of one file as dictionaries, after checks of its form."""
    path = os.path.join(DATA, name)
    raw = open(path, "rb").read()
    if raw.startswith(b"\xef\xbb\xbf"):
        fault(name, "starts with a byte order mark")
    if b"\r" in raw:
        fault(name, "has carriage returns")
    if not raw.endswith(b"\n"):
        fault(name, "does not end with a newline")
    rows = list(csv.reader(raw.decode("utf-8").splitlines(keepends=True)))
    head = rows[0]
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(head):
            fault(f"{name}:{line}", f"{len(row)} fields, {len(head)} expected")
        for cell in row:
            if cell != cell.strip():
                fault(f"{name}:{line}", f"blank around '{cell}'")
    return [dict(zip(head, row)) for row in rows[1:]]


def span(text):
    """A date of any precision as [first day, day after the last)."""
    p = [int(x) for x in text.split("-")]
    if len(p) == 1:
        return dt.date(p[0], 1, 1), dt.date(p[0] + 1, 1, 1)
    if len(p) == 2:
        return dt.date(p[0], p[1], 1), dt.date(p[0] + p[1] // 12, p[1] % 12 + 1, 1)
    return dt.date(*p), dt.date(*p) + DAY


def interval(date, not_before="", not_after=""):
    """The span of a date narrowed by its bounds (not_after is the last possible day)."""
    lo, hi = span(date) if date else (None, None)
    if not_before:
        lo = max(filter(None, (lo, span(not_before)[0])))
    if not_after:
        hi = min(filter(None, (hi, span(not_after)[1])))
    if lo is None or hi is None or lo >= hi:
        raise ValueError(f"empty or open interval {date!r} {not_before!r} {not_after!r}")
    return lo, hi


def middle(lo, hi):
    return lo + (hi - lo) // 2


def precision(text):
    return ("none", "year", "month", "day")[len(text.split("-")) if text else 0]


def is_date(text):
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text):
        return False
    try:
        span(text)
    except ValueError:
        return False
    return True


# ---- the catalog -------------------------------------------------------------------------
providers = {p["provider"]: p for p in table("providers.csv")}
regions = {}
for pid in providers:
    last = ""
    for line, r in enumerate(table(f"providers/{pid}.csv"), 2):
        at = f"providers/{pid}.csv:{line} {r['region_id']}"
        key = (pid, r["region_id"])
        if key in regions:
            fault(at, "same id twice")
        if r["region_id"] < last:
            fault(at, "not in order of region_id")
        last = r["region_id"]
        regions[key] = r
        r["provider"] = pid
        if not (-180 <= float(r["lon"]) < 180 and -90 <= float(r["lat"]) <= 90):
            fault(at, "position out of range")
        if abs(float(r["lon"])) < 0.01 and abs(float(r["lat"])) < 0.01:
            fault(at, "null island")
        if not re.fullmatch(r"[A-Z]{2}", r["country"]):
            fault(at, f"country '{r['country']}'")
        if not 1000 <= int(r["precision_m"]) <= 500000:
            fault(at, "precision_m out of range")
        if r["zones"] and not 0 <= int(r["zones"]) <= 20:
            fault(at, "zones out of range")
        for col in ("opened", "target", "not_before", "not_after", "as_of"):
            if r[col] and not is_date(r[col]):
                fault(at, f"{col} '{r[col]}' is no date")
        for col in ("not_before", "not_after"):
            if r[col] and len(r[col]) != 10:
                fault(at, f"{col} must be a full date")
        if not r["as_of"] or not r["source"]:
            fault(at, "as_of and source must not be empty")
        if r["date_precision"] != precision(r["opened"]):
            fault(at, "date_precision disagrees with opened")
        if r["date_basis"] not in ("source", "memory", "announcement", "none"):
            fault(at, "date_basis")
        if (r["date_basis"] == "none") != (not r["opened"] and not r["target"]):
            fault(at, "date_basis disagrees with the dates")
        if r["status"] not in ("open", "planned", "closed"):
            fault(at, "status")
        if r["status"] == "planned" and r["opened"] or r["status"] != "planned" and r["target"]:
            fault(at, "opened belongs to open and closed rows, target to planned ones")
        if r["class"] not in CLASSES:
            fault(at, "class")
        if r["confidence"] not in ("high", "medium", "low"):
            fault(at, "confidence")
        r["when"] = None
        if r["status"] != "planned":
            if r["opened"]:
                r["when"] = interval(r["opened"], r["not_before"], r["not_after"])
                if r["when"][0] >= span(providers[pid]["as_of"])[1]:
                    fault(at, "opened after the provider's as_of")
            else:
                r["when"] = span(r["as_of"])
for p in providers.values():
    for c in p["counted_classes"].split(";"):
        if c not in CLASSES:
            fault("providers.csv", f"class {c}")
names = [n for p in providers.values() for n in [p["provider"]] + p["aliases"].split(";")]
if len(set(names)) != len(names):
    fault("providers.csv", "an alias is used twice")

places = {}
for (pid, rid), r in regions.items():
    places.setdefault((r["city"], r["country"]), {}).setdefault((r["lon"], r["lat"]), []).append(rid)
for place, points in places.items():
    if len(points) > 1:
        fault("providers/", f"{place} has several positions: {points}")
seen = {}
for place, points in places.items():
    for point in points:
        if point in seen and seen[point] != place:
            fault("providers/", f"{place} and {seen[point]} share {point}")
        seen[point] = place

events = table("events.csv")
history, closing, announced, order = {}, {}, {}, None
for line, e in enumerate(events, 2):
    at = f"events.csv:{line} {e['provider']} {e['region_id']} {e['kind']}"
    key = (e["provider"], e["region_id"])
    if key not in regions:
        fault(at, "no such region")
        continue
    if e["kind"] not in ("announced", "opened", "zones", "impaired", "restored", "closed"):
        fault(at, "kind")
    if (e["kind"] == "zones") != bool(e["zones"]):
        fault(at, "zones is for zones events, and only for them")
    if e["date_precision"] != precision(e["date"]):
        fault(at, "date_precision disagrees with date")
    for col in ("date", "not_before", "not_after"):
        if e[col] and not is_date(e[col]):
            fault(at, f"{col} '{e[col]}' is no date")
    if e["confidence"] not in ("high", "medium", "low") or not e["source"]:
        fault(at, "source and confidence are needed")
    try:
        when = middle(*interval(e["date"], e["not_before"], e["not_after"]))
    except ValueError as x:
        fault(at, str(x))
        continue
    now = key + (when,)
    if order and now < order:
        fault(at, "not in order of provider, region, date")
    order = now
    r = regions[key]
    start = middle(*r["when"]) if r["when"] else None
    if e["kind"] == "announced":
        announced[key] = when
        if start and r["opened"] and when > start:
            fault(at, "announced after its opening")
    elif start is None:
        fault(at, "the region is only planned")
    elif when < start:
        fault(at, "before the region's opening")
    if e["kind"] == "zones":
        history.setdefault(key, []).append((when, int(e["zones"])))
    if e["kind"] == "closed":
        closing[key] = when
for key, r in regions.items():
    if r["status"] == "planned" and key not in announced:
        fault(f"{key}", "planned without an announced event")
    if (r["status"] == "closed") != (key in closing):
        fault(f"{key}", "status and closed event disagree")
    if key in history and str(history[key][-1][1]) != r["zones"]:
        fault(f"{key}", f"zones {r['zones']} but last event {history[key][-1][1]}")


# ---- counting ----------------------------------------------------------------------------
def is_open(key, day, how=middle):
    r = regions[key]
    return r["when"] is not None and how(*r["when"]) <= day and not (key in closing and closing[key] <= day)


def zones_at(key, day):
    """Zones of an open region; its first known count is carried back. None is unknown."""
    steps = history.get(key)
    if not steps:
        return int(regions[key]["zones"]) if regions[key]["zones"] else None
    count = steps[0][1]
    for when, n in steps:
        if when <= day:
            count = n
    return count


def count(pid, day, classes=None):
    classes = classes or providers[pid]["counted_classes"].split(";")
    keys = [k for k in regions if k[0] == pid and regions[k]["class"] in classes and is_open(k, day)]
    counts = [zones_at(k, day) for k in keys]
    return len(keys), sum(n for n in counts if n), sum(n is None for n in counts)


rows = []
failed = 0


def line(what, day, published, own, verdict):
    rows.append((what, day, published, own, verdict))


for t in table("totals.csv"):
    day = middle(*span(t["date"]))
    n, z, unknown = count(t["provider"], day)
    want = t["regions"] + ("/" + t["zones"] if t["zones"] else "")
    have = f"{n}" + (f"/{z}" if t["zones"] else "") + (f" (+{unknown} without count)" if unknown and t["zones"] else "")
    same = int(t["regions"]) == n and (not t["zones"] or int(t["zones"]) == z)
    verdict = t["comparable"]
    if verdict == "exact" and not same:
        failed += 1
        verdict = "FAILED, should be exact"
    if verdict != "exact" and not t["explanation"]:
        fault("totals.csv", f"{t['provider']} {t['date']} needs an explanation")
    line(t["provider"], f"{t['date']} (at {day})", want, have, verdict)

oct25 = dt.date(2025, 10, 14)
split = [count("aws", oct25, [c])[0] for c in ("public", "gov", "china")]
line("aws public, gov, china", str(oct25), "34, 2, 2", ", ".join(map(str, split)), "exact" if split == [34, 2, 2] else "FAILED")
failed += split != [34, 2, 2]
coming = sum(1 for k, w in announced.items() if k[0] == "azure" and w <= oct25 and not is_open(k, oct25) and k not in closing)
total = count("azure", oct25)[0] + coming
line("azure open + announced", str(oct25), "over 70", f"{total} ({total - coming} + {coming})", "exact" if total >= 70 else "FAILED")
failed += total < 70

# Launches a year: regions by the year of their opening.
LAUNCH = ["aws", "azure", "google", "oracle", "ibm", "alibaba", "huawei", "tencent"]
year = {}
for key, r in regions.items():
    if key[0] in LAUNCH and r["opened"] and r["class"] != "dedicated":
        y = int(r["opened"][:4])
        year[y] = year.get(y, 0) + 1
published = {}
for r in table("launches_per_year.csv"):
    published.setdefault(int(r["year"]), []).append(int(r["published"]))
for y, want in sorted(published.items()):
    near = min(abs(year.get(y, 0) - w) for w in want)
    ok = near <= 2
    line("launches, TeleGeography", str(y), " or ".join(map(str, want)), str(year.get(y, 0)), "within 2" if ok else "out of reach" if y == 2019 else "FAILED")
    failed += not ok and y != 2019

# ---- the other tables: form, and the package that describes them --------------------------
package = json.load(open(os.path.join(DATA, "datapackage.json"), encoding="utf-8"))
described = {}
for res in package["resources"]:
    for path in [res["path"]] if isinstance(res["path"], str) else res["path"]:
        described[path] = res
for folder, _, files in os.walk(DATA):
    for f in files:
        path = os.path.relpath(os.path.join(folder, f), DATA)
        if path.endswith(".csv") and path not in described:
            fault(path, "not described in datapackage.json")
for path, res in described.items():
    if not os.path.exists(os.path.join(DATA, path)):
        fault("datapackage.json", f"{path} does not exist")
        continue
    if not path.endswith(".csv"):
        continue
    fields = res["schema"]["fields"]
    data = table(path)
    head = open(os.path.join(DATA, path), encoding="utf-8").readline().rstrip("\n").split(",")
    if head != [f["name"] for f in fields]:
        fault(path, "its columns are not those of datapackage.json")
        continue
    for f in fields:
        rule, column = f.get("constraints", {}), [d[f["name"]] for d in data]
        for n, value in enumerate(column, 2):
            at = f"{path}:{n} {f['name']}"
            if not value:
                if rule.get("required"):
                    fault(at, "is empty")
                continue
            if "enum" in rule and value not in rule["enum"]:
                fault(at, f"'{value}' is not allowed")
            if "pattern" in rule and not re.fullmatch(rule["pattern"], value):
                fault(at, f"'{value}' does not match {rule['pattern']}")
            if f["type"] in ("number", "integer", "year"):
                try:
                    x = float(value) if f["type"] == "number" else int(value)
                except ValueError:
                    fault(at, f"'{value}' is no {f['type']}")
                    continue
                if x < rule.get("minimum", x) or x > rule.get("maximum", x):
                    fault(at, f"{value} out of range")
        if rule.get("unique") and len(set(column)) != len(column):
            fault(path, f"{f['name']} is not unique")
    key = res["schema"].get("primaryKey")
    if key:
        key = [key] if isinstance(key, str) else key
        ids = [tuple(d[k] for k in key) for d in data]
        if len(set(ids)) != len(ids):
            fault(path, f"{key} is not unique")

for f in faults:
    print(f)
print(f"{len(regions)} regions, {len(events)} events, {len(described)} files described, {len(faults)} faults\n")
head = ("what", "date", "published", "own rows", "verdict")
width = [max(len(r[i]) for r in rows + [head]) for i in range(5)]
for r in [head] + rows:
    print("  ".join(c.ljust(w) for c, w in zip(r, width)).rstrip())
sys.exit(3 if faults or failed else 0)
