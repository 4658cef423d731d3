#!/usr/bin/env python3
"""How much the placing of people changes "people within X km": the table in datasets/people/README.md.

    scripts/datasets/demand_sensitivity.py

Compares the demand points with the same people placed by city populations alone, without the
rural rule, on the sites of every region in datasets/providers/. Takes half a minute.
"""
import csv
import glob
import math
import pathlib

DATA = pathlib.Path(__file__).resolve().parents[2] / "datasets"
LIMITS_KM = (250, 500, 1000, 2000)


def unit(lon, lat):
    lon, lat = math.radians(float(lon)), math.radians(float(lat))
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def main():
    sites = sorted({unit(r["lon"], r["lat"]) for p in sorted(glob.glob(str(DATA / "providers/*.csv")))
                    for r in rows(p) if r.get("status") == "open" and r["lon"]})
    points = rows(DATA / "people/demand_points.csv")
    country = {}
    for r in points:
        people, rural = int(r["people"]), int(r["rural"])
        t = country.setdefault(r["country"], [0, 0])
        t[0] += people
        t[1] += people - rural
    near = {km: [0.0, 0.0, 0.0] for km in LIMITS_KM}
    total = [0.0, 0.0, 0.0]
    for r in points:
        people, rural = int(r["people"]), int(r["rural"])
        all_people, in_cities = country[r["country"]]
        city = people - rural
        weights = (city, city * all_people / in_cities if in_cities else people, people)
        x, y, z = unit(r["lon"], r["lat"])
        cosine = max(x * a + y * b + z * c for a, b, c in sites)
        km = 6371.0072 * math.acos(max(-1.0, min(1.0, cosine)))
        for i, w in enumerate(weights):
            total[i] += w
            for limit in LIMITS_KM:
                if km <= limit:
                    near[limit][i] += w
    print(f"{len(sites)} sites; share of people within")
    print("km    cities as they are   cities scaled to the country   demand points")
    for limit in LIMITS_KM:
        print(f"{limit:<5}" + "".join(f" {near[limit][i] / total[i]:.3f}" for i in range(3)))


if __name__ == "__main__":
    main()
