// Coverage of providers at dates, with everything that can be kept between questions kept: the
// places, the people by year, and each set of providers' latency field, which moves from date to
// date by what opened and closed in between.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "sim/coverage/coverage.h"

namespace footprint::sim {

// Who serves: some providers together ("best of"), without the regions that are lost.
struct Serving {
    std::vector<ProviderIndex> providers;
    std::vector<RegionIndex> lost{};
    Keep keep = Keep::best;  // best_two: the field has the second best region, too
    auto operator<=>(const Serving&) const = default;
};

class CountryPeople;
class RttSteps;

// Not thread-safe: one owner asks; the work inside runs on all threads. Everything passed to the
// constructor must outlive the engine.
class CoverageEngine {
  public:
    CoverageEngine(const Timeline& timeline, const geo::Atlas& atlas,
                   const geo::DemandPoints& points, const LatencyModel& model,
                   CoverageOptions options);
    ~CoverageEngine();
    CoverageEngine(const CoverageEngine&) = delete;
    CoverageEngine& operator=(const CoverageEngine&) = delete;

    const CoverageOptions& options() const { return options_; }
    const Timeline& timeline() const { return *timeline_; }
    const geo::Atlas& atlas() const { return *atlas_; }
    const LatencyModel& model() const { return *model_; }
    const geo::DemandPoints& points() const { return *points_; }
    // Those that the fields' nodes speak of.
    const Audiences& audiences() const { return audiences_; }

    // Weight of each demand point (people or internet users, by the options) at a date. Valid until
    // asked for another date.
    std::span<const double> weights(Date date);

    // The field of some providers together ("best of") over the demand points. Valid until the same
    // providers are asked for another date. Asking for dates in order is cheap: each step searches
    // only what changed.
    const LatencyField& field(std::span<const ProviderIndex> providers, Date date) {
        return field(Serving{{providers.begin(), providers.end()}}, date);
    }
    const LatencyField& field(Serving serving, Date date);
    // Brings several fields to a date at once, on all threads; field() then finds them there.
    void bring(std::span<const Serving> servings, Date date);

    // The people of a date, and the demand points of an area, ascending. Valid until people of
    // another date are asked for; the points stay.
    People people(Date date) { return people(weights(date)); }
    std::span<const std::uint32_t> points_of(const geo::Atlas::Area& area) {
        return *points_of(std::span(&area, 1))[0];
    }

    // Coverage of each area, in order.
    std::vector<AreaCoverage> coverage(std::span<const geo::Atlas::Area> areas,
                                       std::span<const ProviderIndex> providers, Date date) {
        return coverage(areas, providers, date, date);
    }
    // The footprint of one date for the people of another.
    std::vector<AreaCoverage> coverage(std::span<const geo::Atlas::Area> areas,
                                       std::span<const ProviderIndex> providers, Date date,
                                       Date people_of);

    // By each of some providers alone: result[provider][area]. On all threads.
    std::vector<std::vector<AreaCoverage>> coverage_of_each(
        std::span<const geo::Atlas::Area> areas, std::span<const ProviderIndex> providers,
        Date date);

    // The world's people within one threshold, and all of them: what coverage() says in less time.
    struct Reached {
        double within = 0;
        double people = 0;
    };
    Reached reached(std::span<const ProviderIndex> providers, Date date, double threshold_ms) {
        return reached(providers, date, date, threshold_ms);
    }
    // The footprint of one date for the people of another.
    Reached reached(std::span<const ProviderIndex> providers, Date date, Date people_of,
                    double threshold_ms);

    // The gap of two sets of providers in each area, in order.
    std::vector<Gap> gaps(std::span<const geo::Atlas::Area> areas, std::span<const ProviderIndex> a,
                          std::span<const ProviderIndex> b, Date date, double threshold_ms);

  private:
    People people(std::span<const double> weights) const {
        return {weights, points_->country, model_->clients()};
    }
    struct Kept;
    Kept& slot(Serving& serving);
    Kept& kept(Serving serving, Date date);
    struct Step;  // of a field to another date
    void take(std::span<Step> steps, Date date);
    // Brings the people of fields up to the fields.
    void count(std::span<Kept* const> fields);
    Reached reached_places(std::span<const float> rtt_ms, Date date, double threshold_ms);
    // Of any fields as they are.
    std::vector<std::vector<AreaCoverage>> coverage_of(std::span<const geo::Atlas::Area> areas,
                                                       std::span<Kept* const> fields,
                                                       Date people_of);
    std::vector<const std::vector<std::uint32_t>*> points_of(
        std::span<const geo::Atlas::Area> areas);

    const Timeline* timeline_;
    const geo::Atlas* atlas_;
    const geo::DemandPoints* points_;
    const LatencyModel* model_;
    CoverageOptions options_;
    Audiences audiences_;
    PlaceSet places_;
    std::unique_ptr<PlaceDistances> distances_;  // shared by all fields
    PointsByCountry by_country_;
    // Points by area: countries, or one that none has for the world.
    std::map<std::vector<geo::CountryIndex>, std::vector<std::uint32_t>> points_of_;
    std::optional<Date> weights_date_;
    std::vector<double> weights_;
    std::map<Serving, std::unique_ptr<Kept>> fields_;
    std::unique_ptr<RttSteps> rtt_steps_;
    std::unique_ptr<CountryPeople> country_people_;
};

}  // namespace footprint::sim
