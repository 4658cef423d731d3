#include "cli/tables/explain_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "geo/sphere/geodesic.h"

namespace footprint::cli {
namespace {

std::vector<geo::RegionIndex> impaired_nearer(const sim::Timeline& timeline, const Place& place,
                                              const PlaceAnswer& answer, Date date,
                                              const sim::RegionScope& scope) {
    const auto& catalog = timeline.catalog();
    const double reach_km =
        answer.region ? answer.distance_km : std::numeric_limits<double>::infinity();
    std::vector<geo::RegionIndex> result;
    for (const auto index : catalog.regions_of(answer.provider)) {
        const auto& region = catalog.region(index);
        const bool serves = scope.counted[answer.provider].has(region.region_class) &&
                            scope.serves_everyone.has(region.region_class);
        const bool is_impaired =
            timeline.region_at(index, date).state == sim::RegionState::impaired;
        if (serves && is_impaired &&
            geo::distance_m(place.position, region.position) < reach_km * 1000) {
            result.push_back(index);
        }
    }
    return result;
}

// The demand points whom a region serves best of its provider's.
std::vector<std::uint32_t> points_served(const sim::LatencyField& field, geo::RegionIndex region) {
    std::vector<std::uint32_t> mine;
    for (std::uint32_t p = 0; p < field.rtt_ms().size(); ++p) {
        const auto node = field.node(p);
        if (node != sim::kNoNode && field.nodes()[node].node.region == region) {
            mine.push_back(p);
        }
    }
    return mine;
}

}  // namespace

Place place_at(const geo::Atlas& atlas, geo::LonLat position) {
    const auto country = atlas.country_at(position);
    Place place{"Position", "", position};
    if (country != geo::kNoCountry) {
        place.country = atlas.countries()[country].iso2;
    }
    return place;
}

std::vector<PlaceAnswer> who_serves(const geo::Atlas& atlas, const Place& place,
                                    const sim::Timeline& timeline,
                                    const std::vector<geo::ProviderIndex>& providers, Date date,
                                    const sim::CoverageOptions& options,
                                    const sim::LatencyModel& model) {
    const auto& catalog = timeline.catalog();
    sim::Audiences audiences(atlas.countries().size());
    const std::array positions{place.position};
    std::array countries{atlas.find_country(place.country).value_or(geo::kNoCountry)};
    std::vector<geo::AccessAreaIndex> areas;
    if (const auto* lands = model.areas()) {
        // Off a small map's coast: the lines are those of the shore.
        countries[0] =
            countries[0] == geo::kNoCountry ? lands->shore(place.position).country : countries[0];
        areas.push_back(countries[0] == geo::kNoCountry ? lands->at(place.position)
                                                        : lands->at(place.position, countries[0]));
    }
    const sim::PlaceSet places(positions, countries, areas);
    std::vector<PlaceAnswer> result;
    for (const auto provider : providers) {
        sim::LatencyField field(places, audiences, sim::Keep::best, model.clients());
        field.set_nodes(sim::serving_nodes(timeline, date, std::array{provider}, options, model,
                                           atlas, audiences));
        PlaceAnswer answer;
        answer.provider = provider;
        if (field.node(0) != sim::kNoNode) {
            const auto region = field.nodes()[field.node(0)].node.region;
            answer.region = region;
            answer.rtt_ms = static_cast<double>(field.rtt_ms()[0]);
            answer.distance_km =
                geo::distance_m(place.position, catalog.region(region).position) / 1000;
            answer.parts = model.explain(catalog, place.position, countries[0], region, date);
        }
        answer.impaired = impaired_nearer(timeline, place, answer, date, options.scope);
        result.push_back(std::move(answer));
    }
    std::stable_sort(result.begin(), result.end(), [](const PlaceAnswer& a, const PlaceAnswer& b) {
        const auto rank = [](const PlaceAnswer& x) {
            return x.region ? x.rtt_ms : std::numeric_limits<double>::infinity();
        };
        return rank(a) < rank(b);
    });
    return result;
}

sim::AreaCoverage catchment_of(sim::CoverageEngine& engine, geo::RegionIndex region, Date date) {
    const std::array provider{engine.timeline().catalog().region(region).provider};
    const auto& field = engine.field(provider, date);
    return sim::summarize("catchment", points_served(field, region), engine.people(date),
                          field.rtt_ms(), engine.options().thresholds_ms);
}

std::optional<Rival> rival_of(sim::CoverageEngine& engine, geo::RegionIndex region,
                              const std::vector<geo::ProviderIndex>& providers, Date date) {
    const auto own = engine.timeline().catalog().region(region).provider;
    std::vector<geo::ProviderIndex> others;
    std::copy_if(providers.begin(), providers.end(), std::back_inserter(others),
                 [&](geo::ProviderIndex provider) { return provider != own; });
    if (others.empty()) {
        return std::nullopt;
    }
    const auto& mine = engine.field(std::array{own}, date);
    const auto& theirs = engine.field(others, date);
    const auto weights = engine.weights(date);
    struct Sums {
        sim::CompensatedSum people;
        sim::CompensatedSum person_ms;
    };
    std::map<geo::RegionIndex, Sums> by_rival;
    for (const std::uint32_t p : points_served(mine, region)) {
        if (theirs.node(p) == sim::kNoNode) {
            continue;
        }
        Sums& sums = by_rival[theirs.nodes()[theirs.node(p)].node.region];
        sums.people.add(weights[p]);
        sums.person_ms.add(weights[p] * (static_cast<double>(theirs.rtt_ms()[p]) -
                                         static_cast<double>(mine.rtt_ms()[p])));
    }
    std::optional<Rival> best;
    for (const auto& [rival, sums] : by_rival) {
        const double people = sums.people.value();
        if (people > 0 && (!best || people > best->people)) {
            best = Rival{rival, people, sums.person_ms.value() / people};
        }
    }
    return best;
}

std::string zones_text(const sim::RegionAt& at) {
    switch (at.zone_knowledge) {
        case sim::ZoneKnowledge::unknown:
            return "unknown, at least 1";
        case sim::ZoneKnowledge::none:
            return "none";
        case sim::ZoneKnowledge::carried_back:
            return fmt::format("{} (first known count, carried back)", at.zones);
        case sim::ZoneKnowledge::known:
            break;
    }
    return fmt::format("{}", at.zones);
}

std::string interval_text(const std::optional<DateInterval>& interval) {
    return interval ? interval->text() : std::string("unknown");
}

// A region that no source dates was first listed at some source's date; it did not open then.
std::string opened_text(const sim::Timeline& timeline, geo::RegionIndex region) {
    const auto& r = timeline.catalog().region(region);
    const auto* opening = timeline.opening_of(region);
    if (!r.opened && opening != nullptr && opening->provenance == sim::Provenance::undated) {
        return fmt::format("date unknown; first listed {}", opening->when.text());
    }
    return fmt::format("{} (date from: {})", interval_text(r.opened),
                       r.date_basis.empty() ? "none" : r.date_basis);
}

}  // namespace footprint::cli
