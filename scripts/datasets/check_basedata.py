#!/usr/bin/env python3
"""Check the base map, cities, countries and demand points in datasets/.

    scripts/datasets/check_basedata.py [DATASETS_FOLDER]

Python's standard library only, a few seconds. Names every fault; exit code 0 if there is none,
else 3. That the files are what the pinned packages give is for `build --check`.
"""
import csv
import hashlib
import json
import math
import os
import pathlib
import sys

from make_people import hilbert

EARTH_KM2 = 6371.0072 ** 2
SPHERE_KM2 = 4 * math.pi * EARTH_KM2
DATA = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2] / "datasets"
# As measured by d3-geo (geoArea) on the same file, square kilometres.
AREAS_50M = {"RUS": 16852173, "ATA": 12255720, "FJI": 18335, "USA": 9438755, "CHN": 9371115, "FRA": 545687,
             "GUF": 83751, "NOR": 322002, "SJM": 61865, "REU": 2549}
AREAS_110M = {"RUS": 16919445, "ATA": 12236223, "FJI": 19356, "USA": 9494286, "CHN": 9408031}
SIZE_LIMITS = {"basemap": 2_000_000, "cities.csv": 1_600_000, "people/demand_points.csv": 6_000_000}
NEEDED_CITIES = [("Johor Bahru", "MY"), ("Ashburn", "US"), ("Querétaro", "MX"), ("Boydton", "US"), ("Bombay", "IN"),
                 ("Bangalore", "IN"), ("北京", "CN"), ("Longyearbyen", "NO"), ("San Marino", "SM")]
faults = []


def fault(where, what):
    faults.append(f"{where}: {what}")


def table(path):
    raw = (DATA / path).read_bytes()
    if raw.startswith(b"\xef\xbb\xbf") or b"\r" in raw or not raw.endswith(b"\n"):
        fault(path, "must be UTF-8 without a byte order mark, with plain newlines, the last one included")
    return list(csv.DictReader(raw.decode("utf-8").splitlines(keepends=True)))


def number(path, line, name, text, low, high, whole=False):
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        fault(f"{path}:{line}", f"{name} '{text}' is no number")
        return 0
    if not math.isfinite(value) or not low <= value <= high:
        fault(f"{path}:{line}", f"{name} {text} is outside {low}..{high}")
        return 0
    return value


def ring_area(ring):
    """Steradians on the right-hand side of a closed ring of (lon, lat) degrees, 0 to 4 pi, whether it
    goes round a pole or not (the sum of spherical excesses towards the south pole, as d3-geo does it)."""
    total = 0.0
    for (lon1, lat1), (lon2, lat2) in zip(ring, ring[1:]):
        dlon = math.radians(math.remainder(lon2 - lon1, 360.0))
        a, b = math.radians(lat1) / 2 + math.pi / 4, math.radians(lat2) / 2 + math.pi / 4
        k = math.sin(a) * math.sin(b)
        total += math.atan2(k * math.sin(dlon), math.cos(a) * math.cos(b) + k * math.cos(dlon))
    total = 2 * total
    return total if total >= 0 else total + 4 * math.pi


class Topology:
    def __init__(self, path):
        self.path = path
        self.json = json.loads((DATA / path).read_text(encoding="utf-8"))
        (sx, sy), (tx, ty) = self.json["transform"]["scale"], self.json["transform"]["translate"]
        self.arcs = []
        for n, deltas in enumerate(self.json["arcs"]):
            x = y = 0
            points = []
            for dx, dy in deltas:
                x, y = x + dx, y + dy
                lon, lat = x * sx + tx, y * sy + ty
                if not (-180 <= lon < 180 and -90 < lat < 90):
                    fault(path, f"arc {n} has the position {lon}, {lat}: longitude must be in [-180, 180), no vertex at a pole")
                points.append((lon, lat))
            if len(points) < 2 or any(a == b for a, b in zip(points, points[1:])):
                fault(path, f"arc {n} is a point or stands still")
            self.arcs.append(points)

    def geometries(self, name):
        return self.json["objects"][name]["geometries"]

    def line(self, indices):
        points = []
        for i in indices:
            part = self.arcs[i] if i >= 0 else self.arcs[~i][::-1]
            if points and points[-1] != part[0]:
                fault(self.path, f"arcs {indices} do not join")
            points += part[1:] if points else part
        return points

    def area(self, geometry):
        """Area of a geometry; names rings that are open, too short, wound the wrong way or cut at 180."""
        total = 0.0
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            for k, indices in enumerate(polygon):
                ring = self.line(indices)
                if len(ring) < 4 or ring[0] != ring[-1]:
                    fault(self.path, f"{geometry.get('id')}: ring {indices} is open or too short")
                    continue
                # One islet of Fiji has lost its western half and keeps 0.05 degrees of cut.
                if sum(abs(a[1] - b[1]) for a, b in zip(ring, ring[1:]) if a[0] == b[0] == -180) > 0.06:
                    fault(self.path, f"{geometry.get('id')}: ring {indices} runs along the date line")
                area = ring_area(ring)
                if (area > 2 * math.pi) == (k == 0):
                    fault(self.path, f"{geometry.get('id')}: ring {indices} is wound the wrong way")
                total += area if k == 0 else area - 4 * math.pi
        return total * EARTH_KM2


def check_map(path, known, countries, folded):
    topology = Topology(path)
    uses, seen, total = {}, {}, 0.0
    for geometry in topology.geometries("countries"):
        code, properties = geometry["id"], geometry["properties"]
        if code in seen:
            fault(path, f"{code} appears twice")
        seen[code] = topology.area(geometry)
        total += seen[code]
        for polygon in geometry["arcs"]:
            for ring in polygon:
                for i in ring:
                    uses.setdefault(i if i >= 0 else ~i, []).append((code, i >= 0))
        iso2, country = properties["iso2"], properties["country"]
        if country and country not in countries:
            fault(path, f"{code}: country {country} is no row of countries.csv")
        if iso2 in countries and (country != iso2 or countries[iso2]["iso3"] != code):
            fault(path, f"{code}: does not agree with row {iso2} of countries.csv")
        if iso2 and iso2 not in countries and folded.get(iso2) != country:
            fault(path, f"{code}: {iso2} is neither in countries.csv nor folded as folded.csv says")
    if list(seen) != sorted(seen):
        fault(path, "countries are not in the order of their ids")
    for code, want in known.items():
        if abs(seen.get(code, 0) / want - 1) > 1e-4:
            fault(path, f"{code} has {seen.get(code, 0):.0f} square kilometres, expected {want}")
    for arc, users in uses.items():
        if len(users) > 2 or (len(users) == 2 and (users[0][1] == users[1][1])):
            fault(path, f"arc {arc} is used as {users}: a border has one country on each side")
    (land,) = topology.geometries("land")
    coast = {i if i >= 0 else ~i for p in land["arcs"] for r in p for i in r}
    if coast != {arc for arc, users in uses.items() if len(users) == 1}:
        fault(path, "land is not made of exactly the arcs that one country uses")
    if abs(topology.area(land) / total - 1) > 1e-9:
        fault(path, "land and the countries together differ in area")
    used = set(uses)
    for name in ("lakes", "disputed"):
        for geometry in topology.geometries(name) if name in topology.json["objects"] else ():
            if name == "lakes":
                area = topology.area(geometry)
                if abs(area / geometry["properties"]["area_km2"] - 1) > 0.01:
                    fault(path, f"{geometry['id']} has {area:.0f} square kilometres, says {geometry['properties']['area_km2']}")
            used |= {i if i >= 0 else ~i for part in geometry["arcs"] for i in part}
    if used != set(range(len(topology.arcs))):
        fault(path, "has arcs that nothing uses")
    print(f"{path}: {len(seen)} countries, {len(topology.json['objects'].get('lakes', {}).get('geometries', []))} lakes, "
          f"{len(topology.arcs)} arcs, land {total / SPHERE_KM2:.4f} of the sphere")
    return {g["properties"]["iso2"] for g in topology.geometries("countries")}


def check_countries():
    rows = table("countries.csv")
    countries = {}
    for line, row in enumerate(rows, 2):
        if row["iso2"] in countries:
            fault(f"countries.csv:{line}", f"{row['iso2']} appears twice")
        countries[row["iso2"]] = row
        for column, text in row.items():
            if column.startswith("population_2") and text:
                number("countries.csv", line, column, text, 0, 2e9, whole=True)
    if [r["iso2"] for r in rows] != sorted(countries):
        fault("countries.csv", "is not in the order of iso2")
    return countries


def check_cities(countries):
    path, previous, names, ids = "cities.csv", None, set(), set()
    rows = table(path)
    for line, row in enumerate(rows, 2):
        population = number(path, line, "population", row["population"], 0, 5e7, whole=True)
        number(path, line, "lon", row["lon"], -180, 179.99999)
        number(path, line, "lat", row["lat"], -90, 90)
        number(path, line, "rank", row["rank"], 1, 9, whole=True)
        if row["country"] not in countries:
            fault(f"{path}:{line}", f"country {row['country']} is no row of countries.csv")
        key = (row["country"], -population, int(row["geonames_id"]))
        if previous and key <= previous:
            fault(f"{path}:{line}", "out of order (country, falling population, id)")
        previous = key
        ids.add(row["geonames_id"])
        for name in [row["name"], row["ascii_name"], *filter(None, row["alt_names"].split(";"))]:
            names.add((name, row["country"]))
    if len(ids) != len(rows):
        fault(path, "has an id twice")
    for wanted in NEEDED_CITIES:
        if wanted not in names:
            fault(path, f"does not know {wanted[0]} in {wanted[1]}")
    print(f"{path}: {len(rows)} cities, {sum(bool(r['alt_names']) for r in rows)} with other names")


def check_demand(countries):
    path, previous, sums, rural_total = "people/demand_points.csv", -1, {}, 0
    rows = table(path)
    for line, row in enumerate(rows, 2):
        lon = number(path, line, "lon", row["lon"], -180, 179.9999)
        lat = number(path, line, "lat", row["lat"], -90, 90)
        people = number(path, line, "people", row["people"], 1, 5e7, whole=True)
        rural = number(path, line, "rural", row["rural"], 0, 5e7, whole=True)
        if rural > people:
            fault(f"{path}:{line}", f"{rural} rural of {people} people")
        sums[row["country"]] = sums.get(row["country"], 0) + people
        rural_total += rural
        index = hilbert((round(lon * 1000) + 180000) * 65536 // 360000, (round(lat * 1000) + 90000) * 65536 // 360000)
        if index < previous:
            fault(f"{path}:{line}", "out of the order of the Hilbert curve")
        previous = index
    for iso2, row in countries.items():
        if sums.pop(iso2, 0) != int(row["population_2025"]):
            fault(path, f"{iso2} does not sum to its population_2025 of {row['population_2025']}")
    for iso2 in sums:
        fault(path, f"{iso2} is no row of countries.csv")
    if not 178_000 <= len(rows) <= 179_500:
        fault(path, f"has {len(rows)} points, about 178,600 expected")
    total = sum(int(r["people"]) for r in rows)
    print(f"{path}: {len(rows)} points, {total} people, {rural_total} by the rural rule")


def check_digests():
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    described = {r["path"]: r for r in package["resources"] if isinstance(r["path"], str)}
    for path in ("basemap/world-50m.topojson", "basemap/world-110m.topojson", "cities.csv", "people/demand_points.csv"):
        raw = (DATA / path).read_bytes()
        entry = described.get(path, {})
        if entry.get("hash") != "sha256:" + hashlib.sha256(raw).hexdigest() or entry.get("bytes") != len(raw):
            fault(path, "is not the file that datapackage.json describes (scripts/datasets/describe_basedata.py)")
        if not entry.get("attribution") or not entry.get("licenses") or not entry.get("sources"):
            fault("datapackage.json", f"{path} lacks attribution, licenses or sources")
    for path, limit in SIZE_LIMITS.items():
        size = sum(f.stat().st_size for f in (DATA / path).rglob("*")) if (DATA / path).is_dir() else os.path.getsize(DATA / path)
        if size > limit:
            fault(path, f"{size} bytes, at most {limit} allowed")


def main():
    countries = check_countries()
    folded = {r["iso2"]: r["into_iso2"] for r in table("basemap/folded.csv")}
    shapes = check_map("basemap/world-50m.topojson", AREAS_50M, countries, folded)
    check_map("basemap/world-110m.topojson", AREAS_110M, countries, folded)
    for iso2 in countries:
        if iso2 not in shapes and iso2 not in folded:
            fault("basemap/folded.csv", f"{iso2} has neither a polygon nor a row here")
    for iso2, into in folded.items():
        if into and into not in countries:
            fault("basemap/folded.csv", f"{iso2} goes into {into}, which is no row of countries.csv")
    check_cities(countries)
    check_demand(countries)
    check_digests()
    for f in faults[:100]:
        print(f, file=sys.stderr)
    if len(faults) > 100:
        print(f"... and {len(faults) - 100} more", file=sys.stderr)
    print(f"base data: {len(faults)} faults")
    sys.exit(3 if faults else 0)


if __name__ == "__main__":
    main()
