#include "sim/coverage/country_people.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/coverage/client_shares.h"

namespace footprint::sim {

namespace {

constexpr double kUnit = 1 << 20;  // of a person

// People are not negative.
std::int64_t units(double people) {
    return static_cast<std::int64_t>(people * kUnit + 0.5);
}

bool same_access(const ClientLine& a, const ClientLine& b) {
    return a.median_ms == b.median_ms && a.spread == b.spread && a.slow_share == b.slow_share &&
           a.slow_ms == b.slow_ms;
}

// People by RTT of the median client, those of one access line together.
class Histogram {
  public:
    explicit Histogram(const ClientAccess& clients, geo::CountryIndex represent)
        : clients_(&clients), represent_(represent) {}

    void add(std::size_t step, double people) {
        if (people_.size() <= step) {
            people_.resize(std::max(step + 1, std::size_t{1024}), 0);
        }
        people_[step] += people;
        end_ = std::max(end_, step + 1);
    }

    double within(double limit_ms) const {
        CompensatedSum sum;
        // No client is faster than its access line's least: beyond that nobody is within.
        const double most_ms =
            limit_ms + clients_->typical_ms(represent_, 0) + 2 * ClientAccess::kStep_ms;
        const auto end = std::min(
            end_, static_cast<std::size_t>(std::max(0.0, most_ms / ClientAccess::kStep_ms)));
        for (std::size_t step = 0; step < end; ++step) {
            if (people_[step] != 0) {
                const double margin_ms =
                    limit_ms - static_cast<double>(step) * ClientAccess::kStep_ms;
                sum.add(people_[step] * clients_->look_up(represent_, margin_ms));
            }
        }
        return sum.value();
    }

  private:
    const ClientAccess* clients_;
    geo::CountryIndex represent_;
    std::vector<double> people_;
    std::size_t end_ = 0;
};

class Shares {
  public:
    Shares(std::vector<Histogram> histograms, double people)
        : histograms_(std::move(histograms)), people_(people) {}

    double within(double limit_ms) const {
        double sum = 0;
        for (const auto& histogram : histograms_) {
            sum += histogram.within(limit_ms);
        }
        return std::min(sum, people_);
    }

    std::optional<double> quantile(double share) const {
        return least_rtt_ms(share * people_, people_, [this](double ms) { return within(ms); });
    }

  private:
    std::vector<Histogram> histograms_;
    double people_;
};

}  // namespace

CountryPeople::CountryPeople(const geo::DemandPoints& points, const geo::Atlas& atlas,
                             geo::PeopleWeight weight, const ClientAccess& clients)
    : points_(&points),
      atlas_(&atlas),
      weight_(weight),
      clients_(&clients),
      slots_(atlas.countries().size() + 1),
      of_country_(slots_),
      access_(slots_) {
    for (std::size_t p = 0; p < points.size(); ++p) {
        auto& sum = of_country_[std::min<std::size_t>(points.country[p], slots_ - 1)];
        const double rural = double{points.rural_2025[p]};
        of_point_.push_back({units(double{points.people_2025[p]} - rural), units(rural)});
        sum.rural += of_point_.back().rural;
        sum.urban += of_point_.back().urban;
    }
    for (std::size_t c = 0; c < slots_; ++c) {
        const auto country = c + 1 < slots_ ? static_cast<geo::CountryIndex>(c) : geo::kNoCountry;
        const auto same =
            std::find_if(represent_.begin(), represent_.end(), [&](geo::CountryIndex other) {
                return same_access(clients.line(other), clients.line(country));
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
        double total =
            points_->as_given
                ? static_cast<double>(of_country_[c].urban + of_country_[c].rural) / kUnit
                : series.people(country, year);
        if (weight_ == geo::PeopleWeight::internet_users) {
            const auto internet = series.internet(country, year);
            share = {internet.urban, internet.rural};
            total *= series.internet_share(country, year);
        }
        const double sum = (static_cast<double>(of_country_[c].urban) * share.urban +
                            static_cast<double>(of_country_[c].rural) * share.rural) /
                           kUnit;
        const double scale = sum > 0 ? total / sum : 0;
        factors[c] = {share.urban * scale, share.rural * scale};
    }
    return factors;
}

PeopleByRtt::PeopleByRtt(const CountryPeople& people)
    : people_(&people),
      rtt_ms_(people.points_->size(), std::numeric_limits<float>::infinity()),
      bins_(people.slots_) {}

void PeopleByRtt::add(Bins& bins, std::size_t step, Count count, std::int64_t sign) {
    if (bins.count.size() <= step) {
        bins.count.resize(std::max(step + 1, bins.count.size() + 256));
    }
    bins.count[step].urban += sign * count.urban;
    bins.count[step].rural += sign * count.rural;
    bins.first = bins.end == 0 ? step : std::min(bins.first, step);
    bins.end = std::max(bins.end, step + 1);
    bins.has_changed = true;
}

void PeopleByRtt::list_used(Bins& bins) {
    bins.has_changed = false;
    bins.used.clear();
    for (std::size_t step = bins.first; step < bins.end; ++step) {
        if (bins.count[step].urban != 0 || bins.count[step].rural != 0) {
            bins.used.push_back(static_cast<std::uint32_t>(step));
        }
    }
}

// Shared between the two steps about the RTT; the two parts are exactly the whole.
void PeopleByRtt::move(std::uint32_t point, float rtt_ms, std::int64_t sign) {
    if (!std::isfinite(rtt_ms)) {
        return;
    }
    const auto& points = *people_->points_;
    auto& bins = bins_[std::min<std::size_t>(points.country[point], people_->slots_ - 1)];
    const double at = std::min(double{rtt_ms}, kLongest_ms) / ClientAccess::kStep_ms;
    const auto below = static_cast<std::size_t>(at);
    const double share = at - static_cast<double>(below);
    const double rural_people = double{points.rural_2025[point]};
    const double urban_people = double{points.people_2025[point]} - rural_people;
    const Count whole = people_->of_point_[point];
    const Count upper{units(urban_people * share), units(rural_people * share)};
    add(bins, below, {whole.urban - upper.urban, whole.rural - upper.rural}, sign);
    add(bins, below + 1, upper, sign);
}

void PeopleByRtt::update(std::span<const float> rtt_ms) {
    for (std::uint32_t p = 0; p < rtt_ms.size(); ++p) {
        if (rtt_ms[p] != rtt_ms_[p]) {
            move(p, rtt_ms_[p], -1);
            move(p, rtt_ms[p], 1);
            rtt_ms_[p] = rtt_ms[p];
        }
    }
    for (auto& bins : bins_) {
        if (bins.has_changed) {
            list_used(bins);
        }
    }
}

AreaCoverage PeopleByRtt::coverage(const geo::Atlas::Area& area,
                                   std::span<const CountryPeople::Factor> factors,
                                   std::span<const double> thresholds_ms) const {
    std::vector<Histogram> histograms;
    for (const auto country : people_->represent_) {
        histograms.emplace_back(*people_->clients_, country);
    }
    CompensatedSum people;
    const auto count_country = [&](std::size_t c) {
        const auto [urban, rural] = factors[c];
        const auto& whole = people_->of_country_[c];
        people.add(
            (static_cast<double>(whole.urban) * urban + static_cast<double>(whole.rural) * rural) /
            kUnit);
        const auto& bins = bins_[c];
        auto& histogram = histograms[people_->access_[c]];
        for (const auto step : bins.used) {
            const auto& count = bins.count[step];
            histogram.add(step, (static_cast<double>(count.urban) * urban +
                                 static_cast<double>(count.rural) * rural) /
                                    kUnit);
        }
    };
    if (area.is_world) {
        for (std::size_t c = 0; c < people_->slots_; ++c) {
            count_country(c);
        }
    } else {
        std::for_each(area.countries.begin(), area.countries.end(), count_country);
    }
    const Shares shares(std::move(histograms), people.value());
    AreaCoverage result;
    result.area = area.name;
    result.people = people.value();
    for (const double threshold : thresholds_ms) {
        result.people_within.push_back(shares.within(threshold));
    }
    result.median_rtt_ms = shares.quantile(0.5);
    result.p90_rtt_ms = shares.quantile(0.9);
    return result;
}

}  // namespace footprint::sim
