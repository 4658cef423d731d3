#include "sim/coverage/engine.h"

#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "sim/coverage/country_people.h"
#include "sim/coverage/people_by_rtt.h"
#include "sim/coverage/place_distances.h"
#include "sim/coverage/serving.h"

namespace footprint::sim {

namespace {

template <typename Index>
void sort_once(std::vector<Index>& indices) {
    std::sort(indices.begin(), indices.end());
    indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
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
      distances_(std::make_unique<PlaceDistances>(places_)),
      by_country_(points, atlas.countries().size()),
      rtt_steps_(std::make_unique<RttSteps>(options_.thresholds_ms)) {}

std::span<const double> CoverageEngine::weights(Date date) {
    if (weights_date_ != date) {
        weights_ = points_->weights(atlas_->series(), date.decimal_year(), options_.weight);
        weights_date_ = date;
    }
    return weights_;
}

CoverageEngine::~CoverageEngine() = default;

// The field of one date, and its people by country and RTT once they were asked for.
struct CoverageEngine::Kept {
    std::optional<Date> date;
    std::unique_ptr<LatencyField> field;
    std::unique_ptr<PeopleByRtt> people;
    bool is_counted = false;  // `people` are those of the field as it is
};

const LatencyField& CoverageEngine::field(Serving serving, Date date) {
    return *kept(std::move(serving), date).field;
}

CoverageEngine::Kept& CoverageEngine::slot(Serving& serving) {
    sort_once(serving.providers);
    sort_once(serving.lost);
    auto& slot = fields_[serving];
    if (!slot) {
        slot = std::make_unique<Kept>();
    }
    return *slot;
}

CoverageEngine::Kept& CoverageEngine::kept(Serving serving, Date date) {
    auto& here = slot(serving);
    if (here.date != date) {
        bring(std::span(&serving, 1), date);
    }
    return here;
}

struct CoverageEngine::Step {
    Kept* kept = nullptr;
    Keep keep = Keep::best;
    ServingRegions regions;
    std::vector<FieldNode> nodes;
};

void CoverageEngine::bring(std::span<const Serving> servings, Date date) {
    std::vector<Step> steps;
    for (Serving serving : servings) {
        auto& here = slot(serving);
        if (here.date != date) {
            steps.push_back({&here,
                             serving.keep,
                             serving_regions(*timeline_, date, serving.providers, options_, *atlas_,
                                             audiences_, serving.lost),
                             {}});
            here.date = date;
        }
    }
    try {
        take(steps, date);
    } catch (...) {
        for (auto& step : steps) {
            step.kept->date.reset();
        }
        throw;
    }
}

// Audiences have come to be one after another; then each field's ways are found by one thread; then
// all threads search groups of places, each for one field after another.
void CoverageEngine::take(std::span<Step> steps, Date date) {
    parallel_blocks(steps.size(), 1, [&](std::size_t i, std::size_t) {
        auto& [kept, keep, regions, nodes] = steps[i];
        if (!kept->field) {
            kept->field = std::make_unique<LatencyField>(places_, audiences_, keep,
                                                         model_->clients(), distances_.get());
        }
        nodes = serving_nodes(timeline_->catalog(), date, regions, *model_, audiences_,
                              keep == Keep::best_two ? 2 : 1);
    });
    std::vector<LatencyField::Step> changed;
    for (auto& step : steps) {
        if (!std::ranges::equal(step.nodes, step.kept->field->nodes())) {
            changed.push_back({step.kept->field.get(), step.nodes});
            step.kept->is_counted = false;
        }
    }
    LatencyField::take_steps(changed);
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
    Kept* const here = &kept(Serving{{providers.begin(), providers.end()}}, date);
    return coverage_of(areas, std::span(&here, 1), people_of)[0];
}

std::vector<std::vector<AreaCoverage>> CoverageEngine::coverage_of_each(
    std::span<const geo::Atlas::Area> areas, std::span<const ProviderIndex> providers, Date date) {
    std::vector<Serving> servings;
    for (const auto provider : providers) {
        servings.push_back({{provider}});
    }
    bring(servings, date);
    std::vector<Kept*> fields;
    for (auto& serving : servings) {
        fields.push_back(&slot(serving));
    }
    return coverage_of(areas, fields, date);
}

void CoverageEngine::count(std::span<Kept* const> fields) {
    if (!country_people_) {
        country_people_ =
            std::make_unique<CountryPeople>(*points_, *atlas_, options_.weight, model_->clients());
    }
    std::vector<Kept*> behind;  // each once
    for (Kept* const here : fields) {
        if (!std::exchange(here->is_counted, true)) {
            behind.push_back(here);
        }
    }
    std::vector<PeopleByRtt::Recount> recounts(behind.size());
    parallel_blocks(behind.size(), 1, [&](std::size_t i, std::size_t) {
        auto& [date, field, people, is_counted] = *behind[i];
        if (!people) {
            people = std::make_unique<PeopleByRtt>(*country_people_, *rtt_steps_);
        }
        recounts[i] = {people.get(), field.get()};
    });
    PeopleByRtt::update(recounts);
}

std::vector<std::vector<AreaCoverage>> CoverageEngine::coverage_of(
    std::span<const geo::Atlas::Area> areas, std::span<Kept* const> fields, Date people_of) {
    count(fields);
    const auto factors = country_people_->factors(people_of);
    std::vector<std::vector<AreaCoverage>> results(fields.size(),
                                                   std::vector<AreaCoverage>(areas.size()));
    parallel_blocks(fields.size() * areas.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const std::size_t field = i / areas.size();
            const std::size_t area = i % areas.size();
            results[field][area] = fields[field]->people->coverage(areas[area], factors);
        }
    });
    return results;
}

CoverageEngine::Reached CoverageEngine::reached(std::span<const ProviderIndex> providers, Date date,
                                                Date people_of, double threshold_ms) {
    Kept* const here = &kept(Serving{{providers.begin(), providers.end()}}, date);
    if (model_->clients() == nullptr) {
        return reached_places(here->field->rtt_ms(), people_of, threshold_ms);
    }
    count(std::span(&here, 1));
    const auto [within, people] =
        here->people->reached(threshold_ms, country_people_->factors(people_of));
    return {within, people};
}

// Bins end at the options' thresholds, of which this need not be one.
CoverageEngine::Reached CoverageEngine::reached_places(std::span<const float> rtt_ms, Date date,
                                                       double threshold_ms) {
    const auto weight = weights(date);
    CompensatedSum within;
    CompensatedSum all;
    for (std::size_t i = 0; i < weight.size(); ++i) {
        all.add(weight[i]);
        if (static_cast<double>(rtt_ms[i]) <= threshold_ms) {
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
