#include "sim/coverage/country_people.h"

#include <algorithm>

namespace footprint::sim {

namespace {

bool same_access(const ClientLine& a, const ClientLine& b) {
    return a.median_ms == b.median_ms && a.spread == b.spread && a.slow_share == b.slow_share &&
           a.slow_ms == b.slow_ms;
}

}  // namespace

CountryPeople::CountryPeople(const geo::DemandPoints& points, const geo::Atlas& atlas,
                             geo::PeopleWeight weight, const ClientAccess* clients)
    : points_(&points),
      atlas_(&atlas),
      weight_(weight),
      clients_(clients),
      slots_(atlas.countries().size() + 1),
      of_slot_(slots_) {
    of_point_.reserve(points.size());
    for (std::uint32_t p = 0; p < points.size(); ++p) {
        const double rural = double{points.rural_2025[p]};
        const PeopleCount count{people_units(double{points.people_2025[p]} - rural),
                                people_units(rural)};
        of_point_.push_back({count, std::min<std::size_t>(points.country[p], slots_ - 1)});
        auto& sum = of_slot_[slot_of(p)];
        sum.urban += count.urban;
        sum.rural += count.rural;
    }
    if (clients_ != nullptr) {
        share_access();
    }
}

void CountryPeople::share_access() {
    access_.resize(slots_);
    for (std::size_t c = 0; c < slots_; ++c) {
        const auto country = c + 1 < slots_ ? static_cast<geo::CountryIndex>(c) : geo::kNoCountry;
        const auto same =
            std::find_if(represent_.begin(), represent_.end(), [&](geo::CountryIndex other) {
                return same_access(clients_->line(other), clients_->line(country));
            });
        access_[c] = static_cast<std::uint32_t>(same - represent_.begin());
        if (same == represent_.end()) {
            represent_.push_back(country);
        }
    }
}

std::vector<CountryPeople::Factor> CountryPeople::factors(Date date) const {
    const auto& series = atlas_->series();
    const double year = date.decimal_year();
    std::vector<Factor> factors(slots_);
    for (std::size_t c = 0; c < slots_; ++c) {
        const auto country = c + 1 < slots_ ? static_cast<geo::CountryIndex>(c) : geo::kNoCountry;
        Factor share{1, 1};
        double total = points_->as_given ? share.people(of_slot_[c]) : series.people(country, year);
        if (weight_ == geo::PeopleWeight::internet_users) {
            const auto internet = series.internet(country, year);
            share = {internet.urban, internet.rural};
            total *= series.internet_share(country, year);
        }
        const double sum = share.people(of_slot_[c]);
        const double scale = sum > 0 ? total / sum : 0;
        factors[c] = {share.urban * scale, share.rural * scale};
    }
    return factors;
}

}  // namespace footprint::sim
