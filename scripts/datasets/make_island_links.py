#!/usr/bin/env python3
"""Make backbone/island_links.csv: a local link for inhabited islands that nothing else joins.

The rule: an island (or cut-off shore) on which at least 1,000 people of the demand points live, and
to which the public network finds no way, is taken to have a local link (a domestic cable or a
microwave hop) to the nearest place of its own country that is joined, over at most 300 km; the
nearest of another country, within 400 km, where its own has none. Each island is joined once, so no
link makes a way between others shorter. The program itself is asked who is joined.

    scripts/datasets/make_island_links.py PROGRAM [DATASETS_FOLDER] > datasets/backbone/island_links.csv

Run it with an island_links.csv that has only its header, on the date of the facts.
"""
import csv
import math
import os
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "datasets")
HUB = (8.68, 50.11)  # Frankfurt
FEWEST = 1000
OWN_KM, OTHER_KM = 300, 400
COLUMNS = ["from", "from_cc", "from_lon", "from_lat", "to", "to_cc", "to_lon", "to_lat",
           "km_estimate", "since_year", "kind", "source", "confidence", "note"]


def rows(name):
    with open(os.path.join(DATA, name), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def km(a, b):
    x1, y1, x2, y2 = map(math.radians, (*a, *b))
    h = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(min(1, h)))


def ways(pairs):
    """The program's path of each pair; None where it could not be placed."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "in.csv"), os.path.join(folder, "out.csv")
        with open(source, "w") as file:
            file.write("i,from_lon,from_lat,to_lon,to_lat\n")
            for i, (a, b) in enumerate(pairs):
                file.write(f"{i},{a[0]},{a[1]},{b[0]},{b[1]}\n")
        subprocess.run([PROGRAM, "latency", "--data", DATA, "--pairs", source, "-o", target, "--kind",
                        "fixed", "--skip-bad", "-q"], check=True)
        result = [None] * len(pairs)
        with open(target, newline="") as file:
            for row in csv.DictReader(file):
                result[int(row["i"])] = row["path"]
    return result


def cells(places):
    grid = {}
    for i, place in enumerate(places):
        grid.setdefault((round(place[0]), round(place[1])), []).append(i)
    return grid


def islands(points):
    """Cut-off demand points by island: those that the program joins straight over land."""
    grid = cells([at for at, _, _ in points])
    near = []
    for (x, y), own in grid.items():
        around = [j for dx in (-1, 0, 1) for dy in (-1, 0, 1) for j in grid.get((x + dx, y + dy), [])]
        near += [(i, j) for i in own for j in around if i < j and km(points[i][0], points[j][0]) <= 80]
    parent = list(range(len(points)))

    def top(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for (i, j), way in zip(near, ways([(points[i][0], points[j][0]) for i, j in near])):
        if way == "land":
            parent[max(top(i), top(j))] = min(top(i), top(j))
    groups = {}
    for i in range(len(points)):
        groups.setdefault(top(i), []).append(points[i])
    return list(groups.values())


def nodes():
    found = {}
    for row in rows("cables.csv") + rows("backbone/cables_more.csv") + rows("backbone/land_routes.csv"):
        for end in ("from", "to"):
            if row[end + "_cc"] and not row[end].startswith("~"):
                at = (float(row[end + "_lon"]), float(row[end + "_lat"]))
                found.setdefault((row[end], row[end + "_cc"]), at)
    for row in rows("backbone/hubs.csv"):
        found.setdefault((row["name"], row["cc"]), (float(row["lon"]), float(row["lat"])))
    names = list(found)
    joined = ways([(HUB, found[name]) for name in names])
    return {name: found[name] for name, way in zip(names, joined) if way}, set(found)


def name_for(at, country, cities, taken):
    close = [c for c in cities.get(country, []) if km(at, c[0]) <= 15]
    for _, name in sorted(close, key=lambda c: km(at, c[0])):
        if (name, country) not in taken:
            return name
    east, north = ("E" if at[0] >= 0 else "W"), ("N" if at[1] >= 0 else "S")
    for digits in (2, 3, 4):
        name = f"Island at {abs(at[1]):.{digits}f} {north} {abs(at[0]):.{digits}f} {east}"
        if (name, country) not in taken:
            return name
    raise SystemExit(f"two islands are called {name}")


def main():
    all_points = [((float(r["lon"]), float(r["lat"])), r["country"], float(r["people"]))
                  for r in rows("people/demand_points.csv")]
    joined = ways([(HUB, at) for at, _, _ in all_points])
    cut_off = [p for p, way in zip(all_points, joined) if way == ""]
    known, taken = nodes()
    cities = {}
    for row in rows("cities.csv"):
        cities.setdefault(row["country"], []).append(((float(row["lon"]), float(row["lat"])), row["name"]))
    waiting = []
    for group in islands(cut_off):
        if sum(people for _, _, people in group) >= FEWEST:
            at, country, _ = max(group, key=lambda p: (p[2], p[0]))
            waiting.append((at, country, sum(people for _, _, people in group)))
    own = {}
    for (name, country), at in known.items():
        own.setdefault(country, []).append((at, name, country))
    every = [place for places in own.values() for place in places]
    written = []
    best = {}

    def look(i, places, reach):
        at = waiting[i][0]
        for place in places:
            far = km(at, place[0])
            if far <= reach and far < best.get(i, (1e9,))[0]:
                best[i] = (far, place)

    for i, (_, country, _) in enumerate(waiting):
        home = own.get(country)
        look(i, home or every, OWN_KM if home else OTHER_KM)
    done = set()
    while best:
        i = min(best, key=lambda k: (best[k][0], waiting[k][0]))
        far, (to_at, to, to_cc) = best.pop(i)
        done.add(i)
        at, country, people = waiting[i]
        name = name_for(at, country, cities, taken)
        taken.add((name, country))
        written.append([name, country, at[0], at[1], to, to_cc, to_at[0], to_at[1], round(far, 1), 2000,
                        "island-link", "rule of scripts/datasets/make_island_links.py", "low",
                        f"assumed: a local cable or radio link; {people:,.0f} people live there"])
        for j in range(len(waiting)):
            if j not in done and waiting[j][1] == country:
                look(j, [(at, name, country)], OWN_KM)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    out.writerows(sorted(written, key=lambda r: (r[1], r[0])))
    left = [w for i, w in enumerate(waiting) if i not in done]
    print(f"{len(written)} links; {sum(w[2] for w in left):,.0f} people on {len(left)} islands too far out",
          file=sys.stderr)


main()
