#include "sim/expansion/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace footprint::sim {
namespace {

using P = Parameter;

bool affects(const geo::Atlas& atlas, const Rule& rule, geo::CountryIndex country,
             const geo::Provider& provider) {
    if (rule.affects == "all") {
        return true;
    }
    if (rule.affects == "foreign") {
        return provider.home_country != atlas.countries()[country].iso2;
    }
    if (rule.affects == provider.id) {
        return true;
    }
    const std::string bloc = rule_bloc(provider.bloc);
    return rule.affects == "non-eu" ? bloc != "eu" : rule.affects == bloc;
}

}  // namespace

std::string rule_bloc(const std::string& bloc) {
    return bloc == "china" ? "cn" : bloc;
}

void RuleBook::find_countries(const geo::Atlas& atlas, const std::string& file) {
    countries.clear();
    for (const auto& rule : rules) {
        auto& own = countries.emplace_back();
        if (const auto country = atlas.find_country(rule.country)) {
            own.push_back(*country);
            continue;
        }
        const auto area = atlas.find_area(rule.country);
        if (!area) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}:{}: a rule names the country '{}'; expected an ISO alpha-2 "
                                    "code, EU, or another area.{}",
                                    file, rule.where, rule.country,
                                    did_you_mean(rule.country, atlas.area_names())));
        }
        own = area->countries;
        for (std::size_t c = 0; area->is_world && c < atlas.countries().size(); ++c) {
            own.push_back(static_cast<geo::CountryIndex>(c));
        }
    }
}

// Calls `take` with each rule in force there, until it says that this is enough.
template <class Take>
void RuleBook::each(geo::CountryIndex country, Date date, Take take) const {
    for (std::size_t k = 0; k < rules.size(); ++k) {
        const bool holds = rules[k].in_force(date) &&
                           std::binary_search(countries[k].begin(), countries[k].end(), country);
        if (holds && take(rules[k])) {
            return;
        }
    }
}

const Rule* RuleBook::forbids(const geo::Atlas& atlas, geo::CountryIndex country,
                              const geo::Provider& provider, Date date) const {
    const Rule* found = nullptr;
    each(country, date, [&](const Rule& rule) {
        const bool stops = rule.kind == RuleKind::ban || rule.kind == RuleKind::build_limit;
        found = stops && rule.hard && affects(atlas, rule, country, provider) ? &rule : nullptr;
        return found != nullptr;
    });
    return found;
}

bool RuleBook::needs_partner(const geo::Atlas& atlas, geo::CountryIndex country,
                             const geo::Provider& provider, Date date) const {
    bool needs = false;
    each(country, date, [&](const Rule& rule) {
        needs = rule.kind == RuleKind::sovereign && rule.affects == "foreign" && rule.hard &&
                affects(atlas, rule, country, provider);
        return needs;
    });
    return needs;
}

double RuleBook::kept_inside(geo::CountryIndex country, Date date,
                             const Parameters& parameters) const {
    double share = 0;
    each(country, date, [&](const Rule& rule) {
        const bool keeps = rule.kind == RuleKind::residency || rule.kind == RuleKind::sovereign;
        // The union keeps data inside of the union, not of each country.
        if (keeps && rule.country != "EU") {
            share = std::max(
                share, parameters[rule.hard ? P::residency_share_hard : P::residency_share_soft]);
        }
        return false;
    });
    return share;
}

double RuleBook::barred(const geo::Atlas& atlas, geo::CountryIndex country,
                        const geo::Provider& provider, Date date,
                        const Parameters& parameters) const {
    double share = 0;
    each(country, date, [&](const Rule& rule) {
        if (rule.kind == RuleKind::ban && affects(atlas, rule, country, provider)) {
            share = std::max(share, rule.hard ? 1.0 : parameters[P::residency_share_soft]);
        }
        return false;
    });
    return share;
}

double RuleBook::kept_out(const geo::Atlas& atlas, geo::CountryIndex country,
                          const geo::Provider& provider, Date date,
                          const Parameters& parameters) const {
    double share = 0;
    each(country, date, [&](const Rule& rule) {
        const bool controls = rule.kind == RuleKind::export_control && rule.hard &&
                              affects(atlas, rule, country, provider);
        share = controls ? parameters[P::export_control_share] : share;
        return controls;
    });
    return share;
}

bool RuleBook::waits_for_power(const geo::Atlas& atlas, geo::CountryIndex country,
                               const geo::Provider& provider, Date date) const {
    bool waits = false;
    each(country, date, [&](const Rule& rule) {
        waits = rule.kind == RuleKind::build_limit && !rule.hard &&
                affects(atlas, rule, country, provider);
        return waits;
    });
    return waits;
}

std::vector<Date> RuleBook::changes(Date from) const {
    std::vector<Date> dates;
    for (const auto& rule : rules) {
        if (rule.from > from) {
            dates.push_back(rule.from);
        }
        if (rule.to && *rule.to > from) {
            dates.push_back(*rule.to);
        }
    }
    std::sort(dates.begin(), dates.end());
    dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
    return dates;
}

}  // namespace footprint::sim
