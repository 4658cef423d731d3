#include "sim/expansion/demand.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "sim/coverage/coverage.h"

namespace footprint::sim {
namespace {

double median(std::vector<double> values) {
    if (values.empty()) {
        return 5000;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// Gross domestic product per person by country, in USD.
std::vector<double> read_wealth(const std::filesystem::path& file, const geo::Atlas& atlas) {
    CsvReader csv(file);
    const auto iso = csv.column("iso2");
    const auto gdp = csv.column("gdp_per_capita_usd");
    if (!iso || !gdp) {
        throw Error(ExitCode::invalid,
                    fmt::format("{}: expected columns iso2 and gdp_per_capita_usd", csv.name()));
    }
    std::vector<double> wealth(atlas.countries().size(), 0);
    std::map<std::string, std::vector<double>> by_continent;
    while (csv.next()) {
        const auto country = atlas.find_country(csv.field(iso));
        const auto value = parse_number(csv.field(gdp));
        if (country && value && *value > 0) {
            wealth[*country] = *value;
            by_continent[atlas.countries()[*country].continent].push_back(*value);
        }
    }
    for (std::size_t c = 0; c < wealth.size(); ++c) {
        if (wealth[c] <= 0) {
            wealth[c] = median(by_continent[atlas.countries()[c].continent]);
        }
    }
    return wealth;
}

}  // namespace

std::string_view to_string(Work work) {
    switch (work) {
        case Work::hot:
            return "hot";
        case Work::warm:
            return "warm";
        case Work::cold:
            return "cold";
        case Work::training:
            return "training";
    }
    return "cold";
}

DemandModel::DemandModel(const Scenario& scenario, const geo::DemandPoints& places,
                         const geo::Atlas& atlas, const std::filesystem::path& datasets)
    : scenario_(&scenario), places_(&places), atlas_(&atlas) {
    china_ = atlas.find_country("CN").value_or(geo::kNoCountry);
    wealth_ = read_wealth(datasets / "countries.csv", atlas);
    const double power = scenario.parameters[Parameter::gdp_elasticity];
    for (auto& wealth : wealth_) {
        wealth = std::pow(wealth / 10000, power);
    }
    for (const auto& shock : scenario.shocks) {
        if (shock.kind != ShockKind::demand) {
            continue;
        }
        const auto area = atlas.find_area(shock.target);
        if (!area) {
            throw Error(ExitCode::invalid,
                        fmt::format("{}:{}: a demand shock hits '{}'; expected an area.{}",
                                    scenario.file, shock.where, shock.target,
                                    did_you_mean(shock.target, atlas.area_names())));
        }
        AreaShock hit{shock.from, shock.to,
                      std::vector<bool>(atlas.countries().size(), area->is_world), shock.value};
        for (const auto country : area->countries) {
            hit.countries[country] = true;
        }
        shocks_.push_back(std::move(hit));
    }
}

// Growth goes from its first to its later rate in a straight line over the years of growth.
double DemandModel::grown(double base, Parameter now, Parameter later, Date date) const {
    const auto& p = scenario_->parameters;
    const double years = date.decimal_year() - (p[Parameter::spend_year] + 0.5);
    const double span = p[Parameter::growth_years];
    const double first = std::log1p(p[now]);
    const double last = std::log1p(p[later]);
    if (years <= 0) {
        return base * std::exp(first * years);
    }
    const double bent = std::min(years, span);
    const double sum =
        first * bent + (last - first) * bent * bent / (2 * span) + last * (years - bent);
    return base * std::exp(sum);
}

double DemandModel::china_usd_m(Date date) const {
    return grown(1000 * scenario_->parameters[Parameter::china_spend_usd_bn],
                 Parameter::china_growth_now, Parameter::china_growth_later, date);
}

double DemandModel::world_usd_m(Date date) const {
    const auto& p = scenario_->parameters;
    const double rest =
        1000 * std::max(0.0, p[Parameter::world_spend_usd_bn] - p[Parameter::china_spend_usd_bn]);
    return china_usd_m(date) +
           grown(rest, Parameter::world_growth_now, Parameter::world_growth_later, date);
}

std::vector<double> DemandModel::users(Date date) const {
    return places_->weights(atlas_->series(), date.decimal_year(),
                            geo::PeopleWeight::internet_users);
}

std::vector<double> DemandModel::spending(Date date) const {
    auto result = users(date);
    CompensatedSum china;
    CompensatedSum rest;
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto country = places_->country[i];
        result[i] *= country == geo::kNoCountry ? 1 : wealth_[country];
        (country == china_ ? china : rest).add(result[i]);
    }
    const double china_usd_m_now = china_usd_m(date);
    const double in_china = china.value() > 0 ? china_usd_m_now / china.value() : 0;
    const double outside =
        rest.value() > 0 ? (world_usd_m(date) - china_usd_m_now) / rest.value() : 0;
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto country = places_->country[i];
        result[i] *= country == china_ ? in_china : outside;
        for (const auto& shock : shocks_) {
            const bool hit = country == geo::kNoCountry ? false : shock.countries[country];
            result[i] *= hit && shock.from <= date && date < shock.to ? shock.factor : 1;
        }
    }
    return result;
}

std::vector<double> DemandModel::by_country(std::span<const double> spending) const {
    std::vector<double> sums(atlas_->countries().size(), 0);
    for (std::size_t i = 0; i < spending.size(); ++i) {
        if (places_->country[i] != geo::kNoCountry) {
            sums[places_->country[i]] += spending[i];
        }
    }
    return sums;
}

std::array<double, kWorks> DemandModel::works(Date date) const {
    const auto& p = scenario_->parameters;
    const double years = date.decimal_year() - (p[Parameter::spend_year] + 0.5);
    const double hot = p[Parameter::hot_share];
    const double warm = p[Parameter::warm_share];
    const double training =
        p[Parameter::training_share] * std::pow(1 + p[Parameter::training_growth], years);
    const double cold = std::max(0.0, 1 - hot - warm - p[Parameter::training_share]);
    const double sum = hot + warm + cold + training;
    return {hot / sum, warm / sum, cold / sum, training / sum};
}

}  // namespace footprint::sim
