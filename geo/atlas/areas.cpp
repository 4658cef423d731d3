// Areas that people ask for by name.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "geo/atlas/tables.h"

namespace footprint::geo {

namespace {

// A group of countries: whole continents and subregions (as in countries.csv) and ISO codes, less
// some codes. Parts are separated by semicolons.
struct Group {
    std::string_view key;  // as a user types it; folded before comparing
    std::string_view name;
    std::string_view regions;
    std::string_view codes;
    std::string_view except = "";
};

constexpr Group kGroups[] = {
    {"south-east-asia", "South-East Asia", "South-eastern Asia", ""},
    {"southeastern-asia", "South-East Asia", "South-eastern Asia", ""},
    {"east-asia", "East Asia", "Eastern Asia", ""},
    {"south-asia", "South Asia", "Southern Asia", "", "IR"},
    {"west-asia", "West Asia", "Western Asia", ""},
    {"north-africa", "North Africa", "Northern Africa", ""},
    {"west-africa", "West Africa", "Western Africa", ""},
    {"east-africa", "East Africa", "Eastern Africa", ""},
    {"central-africa", "Central Africa", "Middle Africa", ""},
    {"sub-saharan-africa", "Sub-Saharan Africa",
     "Eastern Africa;Middle Africa;Southern Africa;Western Africa", "SD"},
    {"west-europe", "Western Europe", "Western Europe", ""},
    {"east-europe", "Eastern Europe", "Eastern Europe", ""},
    {"north-europe", "Northern Europe", "Northern Europe", ""},
    {"south-europe", "Southern Europe", "Southern Europe", ""},
    {"middle-east", "Middle East", "", "AE;BH;EG;IL;IQ;IR;JO;KW;LB;OM;PS;QA;SA;SY;TR;YE"},
    {"mena", "Middle East and North Africa", "Northern Africa",
     "AE;BH;EG;IL;IQ;IR;JO;KW;LB;OM;PS;QA;SA;SY;TR;YE", "SD"},
    {"gulf", "Gulf Cooperation Council", "", "AE;BH;KW;OM;QA;SA"},
    {"gcc", "Gulf Cooperation Council", "", "AE;BH;KW;OM;QA;SA"},
    {"gulf-states", "Gulf Cooperation Council", "", "AE;BH;KW;OM;QA;SA"},
    {"latin-america", "Latin America and the Caribbean", "South America;Central America;Caribbean",
     ""},
    {"latam", "Latin America and the Caribbean", "South America;Central America;Caribbean", ""},
    {"latin-america-and-the-caribbean", "Latin America and the Caribbean",
     "South America;Central America;Caribbean", ""},
    {"americas", "Americas", "North America;South America", ""},
    {"asia-pacific", "Asia-Pacific",
     "Eastern Asia;South-eastern Asia;Southern Asia;Oceania;Australia and New Zealand", "", "IR"},
    {"apac", "Asia-Pacific",
     "Eastern Asia;South-eastern Asia;Southern Asia;Oceania;Australia and New Zealand", "", "IR"},
    {"emea", "Europe, Middle East and Africa", "Europe;Africa",
     "AE;BH;IL;IQ;IR;JO;KW;LB;OM;PS;QA;SA;SY;TR;YE"},
    {"eu", "European Union", "",
     "AT;BE;BG;CY;CZ;DE;DK;EE;ES;FI;FR;GR;HR;HU;IE;IT;LT;LU;LV;MT;NL;PL;PT;RO;SE;SI;SK"},
    {"european-union", "European Union", "",
     "AT;BE;BG;CY;CZ;DE;DK;EE;ES;FI;FR;GR;HR;HU;IE;IT;LT;LU;LV;MT;NL;PL;PT;RO;SE;SI;SK"},
    // With Timor-Leste, a member since 26 October 2025.
    {"asean", "ASEAN", "", "BN;ID;KH;LA;MM;MY;PH;SG;TH;TL;VN"},
    {"greater-china", "Greater China", "", "CN;HK;MO;TW"},
    {"mainland-china", "Mainland China", "", "CN"},
    {"nordics", "Nordic countries", "", "DK;FI;FO;GL;IS;NO;SE"},
    {"nordic-countries", "Nordic countries", "", "DK;FI;FO;GL;IS;NO;SE"},
    {"baltics", "Baltic states", "", "EE;LT;LV"},
    {"benelux", "Benelux", "", "BE;LU;NL"},
    {"anz", "Australia and New Zealand", "", "AU;NZ"},
    {"brics", "BRICS", "", "AE;BR;CN;EG;ET;ID;IN;IR;RU;ZA"},
};

bool is_listed(std::string_view list, std::string_view item) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(';'), list.size());
        if (list.substr(0, end) == item) {
            return true;
        }
        list.remove_prefix(std::min(list.size(), end + 1));
    }
    return false;
}

bool belongs(const Country& country, const Group& group) {
    if (is_listed(group.except, country.iso2)) {
        return false;
    }
    return is_listed(group.codes, country.iso2) || is_listed(group.regions, country.continent) ||
           is_listed(group.regions, country.subregion);
}

std::vector<CountryIndex> members(const CountryTable& table, const Group& group) {
    std::vector<CountryIndex> result;
    for (std::size_t i = 0; i < table.countries.size(); ++i) {
        if (belongs(table.countries[i], group)) {
            result.push_back(static_cast<CountryIndex>(i));
        }
    }
    return result;
}

// A continent or a subregion by its own name.
std::optional<Atlas::Area> find_region(const CountryTable& table, const std::string& key) {
    for (const bool by_continent : {true, false}) {
        for (const auto& country : table.countries) {
            const std::string& name = by_continent ? country.continent : country.subregion;
            if (!name.empty() && folded(name) == key) {
                return Atlas::Area{name, members(table, {"", "", name, ""}), false};
            }
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<Atlas::Area> find_area_in(const CountryTable& table, std::string_view name) {
    const std::string key = folded(name);
    if (key == "world" || key == "global" || key == "theworld") {
        return Atlas::Area{"World", {}, true};
    }
    for (const auto& group : kGroups) {
        if (folded(group.key) == key) {
            return Atlas::Area{std::string(group.name), members(table, group), false};
        }
    }
    if (auto region = find_region(table, key)) {
        return region;
    }
    if (const auto country = table.find(name)) {
        return Atlas::Area{table.countries[*country].name, {*country}, false};
    }
    return std::nullopt;
}

std::vector<std::string> area_names_in(const CountryTable& table) {
    std::set<std::string> names{"world"};
    for (const auto& group : kGroups) {
        names.emplace(group.key);
    }
    for (const auto& country : table.countries) {
        for (const std::string& name : {country.continent, country.subregion}) {
            if (!name.empty()) {
                names.insert(name);
            }
        }
    }
    return {names.begin(), names.end()};
}

}  // namespace footprint::geo
