#include "sim/expansion/places.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <queue>
#include <tuple>

#include "base/error.h"

namespace footprint::sim {
namespace {

using geo::kRadians;
using geo::Vec3;

struct Cluster {
    std::size_t begin = 0;
    std::size_t end = 0;
    double people = 0;
    Vec3 sum;           // of people × unit vector
    double spread = 0;  // people^0.8 × root mean square distance from the mean
};

class Gatherer {
  public:
    Gatherer(const geo::DemandPoints& points, std::size_t most) : points_(points), most_(most) {
        order_.resize(points.size());
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            return points.country[a] < points.country[b];
        });
        vectors_.reserve(points.size());
        for (const auto& position : points.position) {
            vectors_.push_back(geo::unit_vector(position));
        }
    }

    geo::DemandPoints run() {
        begin_with_countries();
        while (clusters_.size() < most_ && !queue_.empty()) {
            const auto [spread, index] = queue_.top();
            queue_.pop();
            if (spread <= 0) {
                break;
            }
            split(unkey(index));
        }
        return result();
    }

  private:
    // Ties go to the lower index: the queue's greatest element first.
    static std::size_t key(std::size_t index) { return ~index; }
    static std::size_t unkey(std::size_t key) { return ~key; }

    void begin_with_countries() {
        for (std::size_t begin = 0; begin < order_.size();) {
            std::size_t end = begin + 1;
            while (end < order_.size() &&
                   points_.country[order_[end]] == points_.country[order_[begin]]) {
                ++end;
            }
            push(begin, end);
            begin = end;
        }
        if (clusters_.size() > most_) {
            throw Error(ExitCode::usage,
                        fmt::format("{} places are too few for {} countries; expected at least as "
                                    "many",
                                    most_, clusters_.size()));
        }
    }

    static Vec3 mean(const Cluster& cluster) { return (1 / cluster.people) * cluster.sum; }

    Cluster measure(std::size_t begin, std::size_t end) const {
        Cluster cluster;
        cluster.begin = begin;
        cluster.end = end;
        for (std::size_t i = begin; i < end; ++i) {
            const double people = static_cast<double>(points_.people_2025[order_[i]]);
            const Vec3 v = vectors_[order_[i]];
            cluster.people += people;
            cluster.sum = cluster.sum + people * v;
        }
        if (cluster.people > 0 && end - begin > 1) {
            for (std::size_t i = begin; i < end; ++i) {
                const Vec3 v = vectors_[order_[i]];
                const Vec3 off = v - mean(cluster);
                cluster.spread +=
                    static_cast<double>(points_.people_2025[order_[i]]) * dot(off, off);
            }
            // A power below one sends some more places to where few people live.
            cluster.spread =
                std::sqrt(cluster.spread / cluster.people) * std::pow(cluster.people, 0.8);
        }
        return cluster;
    }

    void push(std::size_t begin, std::size_t end) {
        clusters_.push_back(measure(begin, end));
        queue_.emplace(clusters_.back().spread, key(clusters_.size() - 1));
    }

    // The longest axis, by a few rounds of the power method.
    Vec3 axis(const Cluster& cluster, const Vec3& mean) const {
        Vec3 axis{0.6, 0.5, 0.4};
        for (int round = 0; round < 12; ++round) {
            Vec3 next;
            for (std::size_t i = cluster.begin; i < cluster.end; ++i) {
                const Vec3 v = vectors_[order_[i]];
                const Vec3 off = v - mean;
                const double along =
                    static_cast<double>(points_.people_2025[order_[i]]) * dot(off, axis);
                next = next + along * off;
            }
            const double length = norm(next);
            if (length <= 0) {
                break;
            }
            axis = (1 / length) * next;
        }
        return axis;
    }

    void split(std::size_t index) {
        const Cluster cluster = clusters_[index];
        const Vec3 middle_point = mean(cluster);
        const Vec3 direction = axis(cluster, middle_point);
        const double at = dot(middle_point, direction);
        const auto first = order_.begin() + static_cast<std::ptrdiff_t>(cluster.begin);
        const auto last = order_.begin() + static_cast<std::ptrdiff_t>(cluster.end);
        const auto middle = std::stable_partition(
            first, last, [&](std::size_t p) { return dot(vectors_[p], direction) < at; });
        if (middle == first || middle == last) {
            return;
        }
        const auto cut = static_cast<std::size_t>(middle - order_.begin());
        clusters_[index] = measure(cluster.begin, cut);
        queue_.emplace(clusters_[index].spread, key(index));
        push(cut, cluster.end);
    }

    geo::DemandPoints result() const {
        auto clusters = clusters_;
        std::sort(clusters.begin(), clusters.end(),
                  [](const Cluster& a, const Cluster& b) { return a.begin < b.begin; });
        geo::DemandPoints places;
        for (const auto& cluster : clusters) {
            double rural = 0;
            Vec3 sum = cluster.sum;
            for (std::size_t i = cluster.begin; i < cluster.end; ++i) {
                rural += static_cast<double>(points_.rural_2025[order_[i]]);
                if (cluster.people <= 0) {
                    sum = vectors_[order_[i]];
                }
            }
            places.position.push_back(geo::lonlat(sum));
            places.country.push_back(points_.country[order_[cluster.begin]]);
            places.people_2025.push_back(static_cast<float>(cluster.people));
            places.rural_2025.push_back(static_cast<float>(rural));
        }
        return places;
    }

    const geo::DemandPoints& points_;
    std::size_t most_;
    std::vector<std::size_t> order_;
    std::vector<Vec3> vectors_;
    std::vector<Cluster> clusters_;
    std::priority_queue<std::pair<double, std::size_t>> queue_;
};

class SiteList {
  public:
    SiteList(const geo::Atlas& atlas, std::size_t most) : atlas_(atlas), most_(most) {}

    void add(Site site) {
        if (sites_.size() >= most_) {
            return;
        }
        const auto country = atlas_.find_country(site.country);
        if (!country) {
            return;
        }
        site.country_index = *country;
        auto& near = by_country_[*country];
        for (const auto index : near) {
            const auto& other = sites_[index];
            if (std::abs(other.position.lat - site.position.lat) < 0.4 &&
                rough_distance_m(other.position, site.position) < kApart_m) {
                sites_[index].people = std::max(other.people, site.people);
                return;
            }
        }
        near.push_back(sites_.size());
        sites_.push_back(std::move(site));
    }
    std::vector<Site> take() { return std::move(sites_); }

  private:
    static constexpr double kApart_m = 40'000;
    const geo::Atlas& atlas_;
    std::size_t most_;
    std::vector<Site> sites_;
    std::map<geo::CountryIndex, std::vector<std::size_t>> by_country_;
};

}  // namespace

double rough_distance_m(geo::LonLat a, geo::LonLat b) {
    constexpr double kRadius_m = 6'371'008.8;
    const double dlat = std::sin((b.lat - a.lat) * kRadians / 2);
    const double dlon = std::sin((b.lon - a.lon) * kRadians / 2);
    const double h =
        dlat * dlat + std::cos(a.lat * kRadians) * std::cos(b.lat * kRadians) * dlon * dlon;
    return 2 * kRadius_m * std::asin(std::sqrt(std::min(1.0, h)));
}

geo::DemandPoints gather_places(const geo::DemandPoints& points, std::size_t most) {
    if (points.size() <= most) {
        return points;
    }
    return Gatherer(points, most).run();
}

std::vector<Site> candidate_sites(const Facts& facts, const geo::Cities& cities,
                                  const geo::Atlas& atlas, std::size_t most) {
    SiteList list(atlas, most);
    for (const auto& hub : facts.hubs) {
        list.add({hub.name, "CN", geo::kNoCountry, hub.position, 0, hub.supplies, true});
    }
    auto metros = facts.metros;
    std::stable_sort(metros.begin(), metros.end(),
                     [](const Metro& a, const Metro& b) { return a.people > b.people; });
    for (const auto& metro : metros) {
        list.add({metro.name, metro.country, geo::kNoCountry, metro.position, metro.people, false,
                  false});
    }
    std::vector<const geo::City*> rest;
    for (const auto& city : cities.all()) {
        rest.push_back(&city);
    }
    std::stable_sort(rest.begin(), rest.end(), [](const geo::City* a, const geo::City* b) {
        return a->population > b->population;
    });
    for (const auto* city : rest) {
        list.add({city->name, city->country, geo::kNoCountry, city->position, city->population,
                  false, false});
    }
    return list.take();
}

}  // namespace footprint::sim
