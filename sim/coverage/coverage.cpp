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

// Weight by RTT. Sums are by classes of RTT that keep the order of the floats; what a question
// needs of single points it takes from the one class that the answer lies in. So no sort of all
// points, and no loop over thresholds for each of them.
constexpr unsigned kClassShift = 18;
constexpr std::size_t kClasses = (0x7F800000U >> kClassShift) + 1;
// RTTs are not negative, so their bits are in order.
std::size_t class_of(float rtt_ms) {
    return std::bit_cast<std::uint32_t>(rtt_ms) >> kClassShift;
}

class Distribution {
  public:
    Distribution(RttOrder& order, std::span<const double> weights, std::span<const float> rtt_ms)
        : order_(order), weights_(weights), rtt_ms_(rtt_ms) {
        CompensatedSum below;
        below_.reserve(kClasses + 1);
        for (std::size_t c = 0; c < kClasses; ++c) {
            below_.push_back(below.value());
            below.add(weight_of(order.points(c), weights));
        }
        below_.push_back(below.value());
    }

    double total() const { return below_.back(); }

    // Four sums side by side, none of which waits for another.
    static double weight_of(std::span<const std::uint32_t> points,
                            std::span<const double> weights) {
        std::array<CompensatedSum, 4> sums;
        for (std::size_t i = 0; i < points.size(); ++i) {
            sums[i % sums.size()].add(weights[points[i]]);
        }
        CompensatedSum all;
        for (const auto& sum : sums) {
            all.add(sum.value());
        }
        return all.value();
    }

    double within(double threshold_ms) {
        const std::size_t c = class_of_threshold(threshold_ms);
        CompensatedSum sum;
        sum.add(below_[c]);
        for (const auto p : order_.sorted(c, rtt_ms_)) {
            sum.add(static_cast<double>(rtt_ms_[p]) <= threshold_ms ? weights_[p] : 0);
        }
        return std::min(sum.value(), below_[c + 1]);
    }

    // The least RTT within which `share` of the weight lies; nothing if it has no path or there is
    // no weight.
    std::optional<double> quantile(double share) {
        const double wanted = share * total();
        if (!(wanted > 0)) {
            return std::nullopt;
        }
        const std::size_t c = class_of_share(share);
        CompensatedSum sum;
        sum.add(below_[c]);
        float answer = std::numeric_limits<float>::infinity();
        // If rounding leaves the class's weight a hair below what is wanted, its last point ends
        // it.
        for (const auto p : order_.sorted(c, rtt_ms_)) {
            sum.add(weights_[p]);
            answer = rtt_ms_[p];
            if (sum.value() >= wanted) {
                break;
            }
        }
        return std::isfinite(answer) ? std::optional<double>(answer) : std::nullopt;
    }

  private:
    // Rounding to a float keeps the order, so the class of the rounded threshold is the last that
    // can hold an RTT within it.
    static std::size_t class_of_threshold(double threshold_ms) {
        return class_of(static_cast<float>(std::max(0.0, threshold_ms)));
    }
    std::size_t class_of_share(double share) const {
        const auto end = std::lower_bound(below_.begin() + 1, below_.end(), share * total());
        const auto index = static_cast<std::size_t>(end - below_.begin()) - 1;
        return std::min(index, kClasses - 1);
    }

    RttOrder& order_;
    std::span<const double> weights_;
    std::span<const float> rtt_ms_;
    std::vector<double> below_;  // weight of all lower classes, by class; then the total
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

namespace {

AreaCoverage summarize_clients(std::string area, std::span<const std::uint32_t> points_of_area,
                               const People& people, std::span<const float> rtt_ms,
                               std::span<const double> thresholds_ms) {
    const ClientShares shares(*people.clients, points_of_area, people.countries, people.weights,
                              rtt_ms);
    AreaCoverage result;
    result.area = std::move(area);
    result.people = shares.people();
    for (const double threshold : thresholds_ms) {
        result.people_within.push_back(shares.within(threshold));
    }
    result.median_rtt_ms = shares.quantile(0.5);
    result.p90_rtt_ms = shares.quantile(0.9);
    return result;
}

}  // namespace

AreaCoverage summarize(std::string area, std::span<const std::uint32_t> points_of_area,
                       const People& who, std::span<const float> rtt_ms,
                       std::span<const double> thresholds_ms) {
    if (who.clients != nullptr) {
        return summarize_clients(std::move(area), points_of_area, who, rtt_ms, thresholds_ms);
    }
    RttOrder order(points_of_area, rtt_ms);
    return summarize(std::move(area), order, who.weights, rtt_ms, thresholds_ms);
}

RttOrder::RttOrder(std::span<const std::uint32_t> points, std::span<const float> rtt_ms)
    : points_(points.size()), begin_(kClasses + 1, 0), is_sorted_(kClasses, false) {
    for (const auto p : points) {
        ++begin_[class_of(rtt_ms[p]) + 1];
    }
    for (std::size_t c = 0; c < kClasses; ++c) {
        begin_[c + 1] += begin_[c];
    }
    auto at = begin_;
    for (const auto p : points) {
        points_[at[class_of(rtt_ms[p])]++] = p;
    }
}

std::span<const std::uint32_t> RttOrder::sorted(std::size_t of_class,
                                                std::span<const float> rtt_ms) {
    const auto begin = points_.begin() + begin_[of_class];
    const auto end = points_.begin() + begin_[of_class + 1];
    if (!is_sorted_[of_class]) {
        std::stable_sort(begin, end,
                         [&](std::uint32_t a, std::uint32_t b) { return rtt_ms[a] < rtt_ms[b]; });
        is_sorted_[of_class] = true;
    }
    return {begin, end};
}

AreaCoverage summarize(std::string area, RttOrder& order, std::span<const double> weights,
                       std::span<const float> rtt_ms, std::span<const double> thresholds_ms) {
    Distribution people(order, weights, rtt_ms);
    AreaCoverage result;
    result.area = std::move(area);
    result.people = people.total();
    for (const double threshold : thresholds_ms) {
        result.people_within.push_back(people.within(threshold));
    }
    result.median_rtt_ms = people.quantile(0.5);
    result.p90_rtt_ms = people.quantile(0.9);
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
