#include "sim/coverage/coverage.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <numeric>

#include "sim/coverage/client_shares.h"
#include "sim/coverage/serving.h"

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

std::vector<geo::CountryIndex> same_bloc(std::span<const Bloc> blocs, geo::CountryIndex home,
                                         Date date) {
    std::vector<geo::CountryIndex> countries{home};
    for (const auto& bloc : blocs) {
        if (bloc.has(home, date)) {
            const auto members = bloc.at(date);
            countries.insert(countries.end(), members.begin(), members.end());
        }
    }
    return countries;
}

AudienceIndex audience_of(const geo::Region& region, const CoverageOptions& options, Date date,
                          const geo::Atlas& atlas, Audiences& audiences) {
    const geo::CountryIndex home = country_of(atlas, region);
    if (region.region_class == geo::RegionClass::china) {
        const std::array china{atlas.find_country("CN").value_or(geo::kNoCountry)};
        return audiences.only(china);
    }
    switch (options.serve) {
        case ServeRule::anywhere:
            return audiences.everyone();
        case ServeRule::same_country:
            return audiences.only(std::array{home});
        case ServeRule::same_continent:
            return audiences.only(same_continent(atlas, home));
        case ServeRule::same_bloc:
            return audiences.only(same_bloc(options.blocs, home, date));
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

// Does a node stand where somebody of its audience lives?
bool is_seen_by(const AccessNode& node, AudienceIndex audience, const LatencyModel& model,
                const Audiences& audiences) {
    if (audience == audiences.everyone() || node.area == geo::kAnyArea ||
        model.areas() == nullptr) {
        return true;
    }
    const auto& countries = model.areas()->all()[node.area].countries;
    return std::any_of(countries.begin(), countries.end(),
                       [&](geo::CountryIndex c) { return audiences.serves(audience, c); });
}

// Weight by RTT: points in its order, and the sums up to each.
class Distribution {
  public:
    Distribution(std::span<const std::uint32_t> points, std::span<const double> weights,
                 std::span<const float> rtt_ms) {
        std::vector<std::uint32_t> order(points.begin(), points.end());
        std::ranges::stable_sort(
            order, [&](std::uint32_t a, std::uint32_t b) { return rtt_ms[a] < rtt_ms[b]; });
        CompensatedSum sum;
        for (const auto p : order) {
            sum.add(weights[p]);
            sums_.push_back(sum.value());
            rtt_ms_.push_back(rtt_ms[p]);
        }
    }

    double people() const { return sums_.empty() ? 0 : sums_.back(); }

    double within(double threshold_ms) const {
        const auto end = std::ranges::upper_bound(rtt_ms_, threshold_ms) - rtt_ms_.begin();
        return end == 0 ? 0 : sums_[static_cast<std::size_t>(end) - 1];
    }

    // The least RTT within which `share` of the weight lies; nothing if it has no path or there is
    // no weight.
    std::optional<double> quantile(double share) const {
        const double wanted = share * people();
        if (!(wanted > 0)) {
            return std::nullopt;
        }
        const auto at = std::ranges::lower_bound(sums_, wanted) - sums_.begin();
        const double rtt_ms = rtt_ms_[static_cast<std::size_t>(at)];
        return std::isfinite(rtt_ms) ? std::optional(rtt_ms) : std::nullopt;
    }

  private:
    std::vector<double> rtt_ms_;  // ascending
    std::vector<double> sums_;
};

}  // namespace

ServingRegions serving_regions(const Timeline& timeline, Date date,
                               std::span<const ProviderIndex> providers,
                               const CoverageOptions& options, const geo::Atlas& atlas,
                               Audiences& audiences, std::span<const RegionIndex> lost) {
    const auto& catalog = timeline.catalog();
    ServingRegions regions;
    for (const auto& at : timeline.at(date).regions) {
        const auto& region = catalog.region(at.region);
        const bool asked =
            std::find(providers.begin(), providers.end(), region.provider) != providers.end();
        const bool is_lost = std::binary_search(lost.begin(), lost.end(), at.region);
        if (asked && !is_lost && at.state == RegionState::open && serves(options.scope, region)) {
            regions[audience_of(region, options, date, atlas, audiences)].push_back(at.region);
        }
    }
    return regions;
}

std::vector<FieldNode> serving_nodes(const geo::Catalog& catalog, Date date,
                                     const ServingRegions& regions, const LatencyModel& model,
                                     const Audiences& audiences, int best) {
    // By audience: a model may answer with the best region at a hub, and who may be served decides
    // which that is.
    std::vector<FieldNode> nodes;
    for (const auto& [audience, served] : regions) {
        for (const auto& node : model.access_nodes(catalog, served, date, best)) {
            if (is_seen_by(node, audience, model, audiences)) {
                nodes.push_back({node, audience});
            }
        }
    }
    std::stable_sort(nodes.begin(), nodes.end(), [](const FieldNode& a, const FieldNode& b) {
        return a.node.region < b.node.region;
    });
    return nodes;
}

std::vector<FieldNode> serving_nodes(const Timeline& timeline, Date date,
                                     std::span<const ProviderIndex> providers,
                                     const CoverageOptions& options, const LatencyModel& model,
                                     const geo::Atlas& atlas, Audiences& audiences, int best,
                                     std::span<const RegionIndex> lost) {
    const auto regions =
        serving_regions(timeline, date, providers, options, atlas, audiences, lost);
    return serving_nodes(timeline.catalog(), date, regions, model, audiences, best);
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
                       const People& who, std::span<const float> rtt_ms,
                       std::span<const double> thresholds_ms) {
    if (who.clients != nullptr) {
        return summary_of(
            std::move(area),
            ClientShares(*who.clients, points_of_area, who.countries, who.weights, rtt_ms),
            thresholds_ms);
    }
    return summary_of(std::move(area), Distribution(points_of_area, who.weights, rtt_ms),
                      thresholds_ms);
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

Gap gap(std::span<const std::uint32_t> points_of_area, const People& people,
        std::span<const float> rtt_a_ms, std::span<const float> rtt_b_ms, double threshold_ms) {
    const auto share = [&](std::uint32_t p, float rtt_ms) {
        if (people.clients == nullptr) {
            return double{rtt_ms} <= threshold_ms ? 1.0 : 0.0;
        }
        return people.clients->share_within(people.countries[p], double{rtt_ms}, threshold_ms);
    };
    std::array<CompensatedSum, 4> sums;  // bit 0: A reaches them, bit 1: B does
    for (const auto p : points_of_area) {
        const double a = share(p, rtt_a_ms[p]);
        const double b = share(p, rtt_b_ms[p]);
        sums[1].add(people.weights[p] * std::max(0.0, a - b));
        sums[2].add(people.weights[p] * std::max(0.0, b - a));
        sums[3].add(people.weights[p] * std::min(a, b));
        sums[0].add(people.weights[p] * (1 - std::max(a, b)));
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

std::size_t headline_threshold(std::span<const double> thresholds_ms) {
    const auto apart = [](double threshold_ms) {
        return std::abs(threshold_ms - kHeadlineThreshold_ms);
    };
    const auto nearest = std::min_element(thresholds_ms.begin(), thresholds_ms.end(),
                                          [&](double a, double b) { return apart(a) < apart(b); });
    return static_cast<std::size_t>(nearest - thresholds_ms.begin());
}

}  // namespace footprint::sim
