#include "sim/coverage/coverage.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace footprint::sim {

namespace {

// Index of the region's country, or kNoCountry when the atlas does not know its code.
geo::CountryIndex country_of(const geo::Atlas& atlas, const geo::Region& region) {
    return atlas.find_country(region.country).value_or(geo::kNoCountry);
}

std::vector<geo::CountryIndex> same_continent(const geo::Atlas& atlas, geo::CountryIndex home) {
    std::vector<geo::CountryIndex> countries;
    const auto all = atlas.countries();
    for (std::size_t i = 0; home < all.size() && i < all.size(); ++i) {
        if (all[i].continent == all[home].continent) {
            countries.push_back(static_cast<geo::CountryIndex>(i));
        }
    }
    return countries;
}

AudienceIndex audience_of(const geo::Region& region, ServeRule rule, const geo::Atlas& atlas,
                          Audiences& audiences) {
    const geo::CountryIndex home = country_of(atlas, region);
    if (region.region_class == geo::RegionClass::china) {
        const std::array china{atlas.find_country("CN").value_or(geo::kNoCountry)};
        return audiences.only(china);
    }
    switch (rule) {
        case ServeRule::anywhere:
            return audiences.everyone();
        case ServeRule::same_country:
            return audiences.only(std::array{home});
        case ServeRule::same_continent:
            return audiences.only(same_continent(atlas, home));
    }
    return audiences.everyone();
}

bool serves(const RegionScope& scope, const geo::Region& region) {
    if (region.region_class == geo::RegionClass::china) {
        return region.provider < scope.counted.size() &&
               scope.counted[region.provider].has(region.region_class);
    }
    return scope.serves_everyone.has(region.region_class);
}

// Weight by RTT in classes that keep the order of the floats, so that a quantile is found by
// looking into one class: O(points), and no sort of them all.
class QuantileFinder {
  public:
    QuantileFinder(std::span<const std::uint32_t> points, std::span<const double> weights,
                   std::span<const float> rtt_ms)
        : points_(points), weights_(weights), rtt_ms_(rtt_ms), by_class_(kClasses) {
        for (const auto p : points) {
            by_class_[class_of(rtt_ms[p])].add(weights[p]);
            total_.add(weights[p]);
        }
    }

    // The least RTT within which `share` of the weight lies; nothing if it has no path or there is
    // no weight.
    std::optional<double> at(double share) const {
        const double wanted = share * total_.value();
        if (!(wanted > 0)) {
            return std::nullopt;
        }
        CompensatedSum below;
        std::size_t at = 0;
        while (at + 1 < kClasses && below.value() + by_class_[at].value() < wanted) {
            below.add(by_class_[at].value());
            ++at;
        }
        return within_class(at, wanted - below.value());
    }

  private:
    static constexpr unsigned kShift = 18;
    static constexpr std::size_t kClasses = (0x7F800000U >> kShift) + 1;

    // RTTs are not negative, so their bits are in order.
    static std::size_t class_of(float rtt_ms) {
        return std::bit_cast<std::uint32_t>(rtt_ms) >> kShift;
    }

    std::optional<double> within_class(std::size_t wanted_class, double wanted) const {
        std::vector<std::pair<float, double>> members;
        for (const auto p : points_) {
            if (class_of(rtt_ms_[p]) == wanted_class) {
                members.emplace_back(rtt_ms_[p], weights_[p]);
            }
        }
        std::sort(members.begin(), members.end());
        CompensatedSum sum;
        for (const auto& [rtt_ms, weight] : members) {
            sum.add(weight);
            // A wanted weight that rounding has put a hair above the class's own ends at its last.
            if (sum.value() >= wanted || &rtt_ms == &members.back().first) {
                return std::isfinite(rtt_ms) ? std::optional<double>(rtt_ms) : std::nullopt;
            }
        }
        return std::nullopt;
    }

    std::span<const std::uint32_t> points_;
    std::span<const double> weights_;
    std::span<const float> rtt_ms_;
    std::vector<CompensatedSum> by_class_;
    CompensatedSum total_;
};

}  // namespace

std::vector<FieldNode> serving_nodes(const Timeline& timeline, Date date,
                                     std::span<const ProviderIndex> providers,
                                     const CoverageOptions& options, const LatencyModel& model,
                                     const geo::Atlas& atlas, Audiences& audiences) {
    const auto& catalog = timeline.catalog();
    std::vector<RegionIndex> regions;
    for (const auto& at : timeline.at(date).regions) {
        const auto& region = catalog.region(at.region);
        const bool asked =
            std::find(providers.begin(), providers.end(), region.provider) != providers.end();
        if (asked && at.state == RegionState::open && serves(options.scope, region)) {
            regions.push_back(at.region);
        }
    }
    std::vector<FieldNode> nodes;
    for (auto& node : model.access_nodes(catalog, regions, date)) {
        const auto audience =
            audience_of(catalog.region(node.region), options.serve, atlas, audiences);
        nodes.push_back({node, audience});
    }
    return nodes;
}

PointsByCountry::PointsByCountry(const geo::DemandPoints& points, std::size_t countries)
    : points_(points.size()), begin_(countries + 2, 0) {
    const auto slot = [&](geo::CountryIndex c) { return std::min<std::size_t>(c, countries); };
    for (const auto country : points.country) {
        ++begin_[slot(country) + 1];
    }
    for (std::size_t c = 1; c < begin_.size(); ++c) {
        begin_[c] += begin_[c - 1];
    }
    std::vector<std::uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (std::uint32_t p = 0; p < points.size(); ++p) {
        points_[next[slot(points.country[p])]++] = p;
    }
}

std::vector<std::uint32_t> PointsByCountry::of(const geo::Atlas::Area& area) const {
    std::vector<std::uint32_t> result;
    if (area.is_world) {
        result.resize(points_.size());
        std::iota(result.begin(), result.end(), 0U);
        return result;
    }
    for (const auto country : area.countries) {
        if (country + std::size_t{2} < begin_.size()) {
            result.insert(result.end(), points_.begin() + begin_[country],
                          points_.begin() + begin_[country + std::size_t{1}]);
        }
    }
    std::sort(result.begin(), result.end());
    return result;
}

AreaCoverage summarize(std::string area, std::span<const std::uint32_t> points_of_area,
                       std::span<const double> weights, std::span<const float> rtt_ms,
                       std::span<const double> thresholds_ms) {
    // Each point falls between two thresholds; people within one are those of its classes and
    // below.
    std::vector<CompensatedSum> classes(thresholds_ms.size() + 1);
    for (const auto p : points_of_area) {
        std::size_t at = 0;
        while (at < thresholds_ms.size() && static_cast<double>(rtt_ms[p]) > thresholds_ms[at]) {
            ++at;
        }
        classes[at].add(weights[p]);
    }
    AreaCoverage result;
    result.area = std::move(area);
    CompensatedSum people;
    for (std::size_t t = 0; t < classes.size(); ++t) {
        people.add(classes[t].value());
        if (t < thresholds_ms.size()) {
            result.people_within.push_back(people.value());
        }
    }
    result.people = people.value();
    const QuantileFinder quantiles(points_of_area, weights, rtt_ms);
    result.median_rtt_ms = quantiles.at(0.5);
    result.p90_rtt_ms = quantiles.at(0.9);
    return result;
}

namespace {

std::vector<std::uint32_t> points_of(const geo::Atlas::Area& area,
                                     const geo::DemandPoints& points) {
    std::vector<std::uint32_t> result;
    for (std::uint32_t p = 0; p < points.size(); ++p) {
        if (area.is_world ||
            std::binary_search(area.countries.begin(), area.countries.end(), points.country[p])) {
            result.push_back(p);
        }
    }
    return result;
}

}  // namespace

AreaCoverage summarize(const geo::Atlas::Area& area, const geo::DemandPoints& points,
                       std::span<const double> weights, std::span<const float> rtt_ms,
                       std::span<const double> thresholds_ms) {
    return summarize(area.name, points_of(area, points), weights, rtt_ms, thresholds_ms);
}

Gap gap(std::span<const std::uint32_t> points_of_area, std::span<const double> weights,
        std::span<const float> rtt_a_ms, std::span<const float> rtt_b_ms, double threshold_ms) {
    std::array<CompensatedSum, 4> sums;  // bit 0: A reaches them, bit 1: B does
    for (const auto p : points_of_area) {
        const std::size_t a = static_cast<double>(rtt_a_ms[p]) <= threshold_ms ? 1 : 0;
        const std::size_t b = static_cast<double>(rtt_b_ms[p]) <= threshold_ms ? 2 : 0;
        sums[a + b].add(weights[p]);
    }
    return {.only_a = sums[1].value(),
            .only_b = sums[2].value(),
            .both = sums[3].value(),
            .neither = sums[0].value()};
}

Gap gap(const geo::Atlas::Area& area, const geo::DemandPoints& points,
        std::span<const double> weights, std::span<const float> rtt_a_ms,
        std::span<const float> rtt_b_ms, double threshold_ms) {
    return gap(points_of(area, points), weights, rtt_a_ms, rtt_b_ms, threshold_ms);
}

}  // namespace footprint::sim
