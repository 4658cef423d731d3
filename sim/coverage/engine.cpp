#include "sim/coverage/engine.h"

#include <algorithm>

#include "base/parallel.h"

namespace footprint::sim {

namespace {

std::vector<ProviderIndex> sorted(std::span<const ProviderIndex> providers) {
    std::vector<ProviderIndex> key(providers.begin(), providers.end());
    std::sort(key.begin(), key.end());
    key.erase(std::unique(key.begin(), key.end()), key.end());
    return key;
}

}  // namespace

CoverageEngine::CoverageEngine(const Timeline& timeline, const geo::Atlas& atlas,
                               const geo::DemandPoints& points, const LatencyModel& model,
                               CoverageOptions options)
    : timeline_(&timeline),
      atlas_(&atlas),
      points_(&points),
      model_(&model),
      options_(std::move(options)),
      audiences_(atlas.countries().size()),
      places_(points.position, points.country,
              model.areas() != nullptr ? model.areas()->of(points)
                                       : std::vector<geo::AccessAreaIndex>{}),
      by_country_(points, atlas.countries().size()) {}

std::span<const double> CoverageEngine::weights(Date date) {
    if (weights_date_ != date) {
        weights_ = points_->weights(atlas_->series(), date.decimal_year(), options_.weight);
        weights_date_ = date;
    }
    return weights_;
}

const LatencyField& CoverageEngine::field(std::span<const ProviderIndex> providers, Date date) {
    auto& kept = fields_[sorted(providers)];
    if (!kept.field) {
        kept.field =
            std::make_unique<LatencyField>(places_, audiences_, Keep::best, model_->clients());
    }
    if (kept.date != date) {
        kept.field->set_nodes(
            serving_nodes(*timeline_, date, providers, options_, *model_, *atlas_, audiences_));
        kept.date = date;
    }
    return *kept.field;
}

std::vector<const std::vector<std::uint32_t>*> CoverageEngine::points_of(
    std::span<const geo::Atlas::Area> areas) {
    std::vector<const std::vector<std::uint32_t>*> result;
    for (const auto& area : areas) {
        const auto key =
            area.is_world ? std::vector<geo::CountryIndex>{geo::kNoCountry} : area.countries;
        auto& points = points_of_[key];
        if (points.empty()) {
            points = by_country_.of(area);
        }
        result.push_back(&points);
    }
    return result;
}

std::vector<AreaCoverage> CoverageEngine::coverage(std::span<const geo::Atlas::Area> areas,
                                                   std::span<const ProviderIndex> providers,
                                                   Date date, Date people_of) {
    const auto rtt_ms = field(providers, date).rtt_ms();
    const auto who = people(people_of);
    const auto points = points_of(areas);
    std::vector<AreaCoverage> results(areas.size());
    parallel_blocks(areas.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            results[i] = summarize(areas[i].name, *points[i], who, rtt_ms, options_.thresholds_ms);
        }
    });
    return results;
}

CoverageEngine::Reached CoverageEngine::reached(std::span<const ProviderIndex> providers, Date date,
                                                double threshold_ms) {
    const auto rtt_ms = field(providers, date).rtt_ms();
    const auto weight = weights(date);
    const auto* clients = model_->clients();
    CompensatedSum within;
    CompensatedSum all;
    for (std::size_t i = 0; i < weight.size(); ++i) {
        const double rtt = static_cast<double>(rtt_ms[i]);
        all.add(weight[i]);
        if (clients != nullptr) {
            within.add(weight[i] * clients->share_within(points_->country[i], rtt, threshold_ms));
        } else if (rtt <= threshold_ms) {
            within.add(weight[i]);
        }
    }
    return {within.value(), all.value()};
}

std::vector<Gap> CoverageEngine::gaps(std::span<const geo::Atlas::Area> areas,
                                      std::span<const ProviderIndex> a,
                                      std::span<const ProviderIndex> b, Date date,
                                      double threshold_ms) {
    const auto rtt_a_ms = field(a, date).rtt_ms();
    const auto rtt_b_ms = field(b, date).rtt_ms();
    const auto who = people(date);
    const auto points = points_of(areas);
    std::vector<Gap> results(areas.size());
    parallel_blocks(areas.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            results[i] = gap(*points[i], who, rtt_a_ms, rtt_b_ms, threshold_ms);
        }
    });
    return results;
}

}  // namespace footprint::sim
