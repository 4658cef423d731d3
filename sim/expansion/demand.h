// What the people of each place spend on cloud infrastructure, by date and class of work.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "geo/atlas/people.h"
#include "sim/expansion/scenario.h"

namespace footprint::sim {

// By how much delay matters.
enum class Work : std::uint8_t { hot, warm, cold, training };
inline constexpr std::size_t kWorks = 4;
std::string_view to_string(Work work);

// Spending of a place: internet users × (gross domestic product per person)^elasticity, scaled so
// that mainland China and the rest of the world each spend what the scenario says for the year.
class DemandModel {
  public:
    // Everything must outlive the model. Countries without a figure of gross domestic product take
    // the median of their continent.
    DemandModel(const Scenario& scenario, const geo::DemandPoints& places, const geo::Atlas& atlas,
                const std::filesystem::path& datasets);

    // USD M a year by place. O(places).
    std::vector<double> spending(Date date) const;
    // Sums of the above by country.
    std::vector<double> by_country(std::span<const double> spending) const;
    // Share of each class of work at a date; they sum to one.
    std::array<double, kWorks> works(Date date) const;
    // USD M a year of the scenario's world and of mainland China.
    double world_usd_m(Date date) const;
    double china_usd_m(Date date) const;
    // Internet users by place.
    std::vector<double> users(Date date) const;

    geo::CountryIndex china() const { return china_; }

  private:
    struct AreaShock {
        Date from;
        Date to;
        std::vector<bool> countries;
        double factor = 1;
    };
    double grown(double base, Parameter now, Parameter later, Date date) const;

    const Scenario* scenario_;
    const geo::DemandPoints* places_;
    const geo::Atlas* atlas_;
    geo::CountryIndex china_ = geo::kNoCountry;
    std::vector<double> wealth_;  // by country
    std::vector<AreaShock> shocks_;
};

}  // namespace footprint::sim
