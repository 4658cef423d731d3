// Who may not build or serve where, at a date.
#pragma once

#include <string>
#include <vector>

#include "geo/atlas/atlas.h"
#include "geo/catalog/catalog.h"
#include "sim/expansion/facts.h"
#include "sim/expansion/parameters.h"

namespace footprint::sim {

// A bloc of providers by the word that rules and caps use: "cn" for "china".
std::string rule_bloc(const std::string& bloc);

struct RuleBook {
    std::vector<Rule> rules;
    std::vector<std::vector<geo::CountryIndex>> countries;  // by rule, ascending
    // Fills `countries`. Throws Error (invalid) for a place that nobody knows, with the place in
    // `file` where it stands.
    void find_countries(const geo::Atlas& atlas, const std::string& file);
    // A hard rule that forbids the provider to build in the country; null when it may.
    const Rule* forbids(const geo::Atlas& atlas, geo::CountryIndex country,
                        const geo::Provider& provider, Date date) const;
    // Foreign providers need a local partner.
    bool needs_partner(const geo::Atlas& atlas, geo::CountryIndex country,
                       const geo::Provider& provider, Date date) const;
    // Share of a country's work that stays inside, by the strongest rule.
    double kept_inside(geo::CountryIndex country, Date date, const Parameters& parameters) const;
    double barred(const geo::Atlas& atlas, geo::CountryIndex country, const geo::Provider& provider,
                  Date date, const Parameters& parameters) const;
    // Share of what a provider would add in the country that it may not.
    double kept_out(const geo::Atlas& atlas, geo::CountryIndex country,
                    const geo::Provider& provider, Date date, const Parameters& parameters) const;
    // Must the provider wait for power in the country: is a soft build limit in force?
    bool waits_for_power(const geo::Atlas& atlas, geo::CountryIndex country,
                         const geo::Provider& provider, Date date) const;
    // Dates after `from` on which something changes, ascending.
    std::vector<Date> changes(Date from) const;

  private:
    template <class Take>
    void each(geo::CountryIndex country, Date date, Take take) const;
};

}  // namespace footprint::sim
