// The smallest set of new sites that takes a total over a mark: maximal covering, exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace footprint::sim {

// What a site would reach at a place: people within the time, if it served there alone.
struct SiteReach {
    std::uint32_t place = 0;
    double people = 0;
};

struct SmallestSet {
    bool reached = false;  // false: all sites together do not take the total over the mark
    std::vector<std::size_t> sites;  // in the order in which they add most
    double people = 0;               // with them
    std::size_t at_least = 0;        // no fewer sites can do it: proven
    std::size_t looked_at = 0;       // partial sets

    bool is_proven() const { return reached && sites.size() == at_least; }
};

// A place counts what its best server reaches there: `now` by place, or a chosen site's if that is
// more. That total is submodular (a site adds no more to a larger set), so what sites add one by
// one bounds what they add together: branch and bound on that proves sizes one after another. After
// `most_looked_at` partial sets the proof stops, and the greedy set stands as an upper bound;
// greedy reaches at least 1 − 1/e of what the best set of its size does (Nemhauser, Wolsey, Fisher
// 1978).
SmallestSet smallest_set(std::span<const double> now, std::span<const std::vector<SiteReach>> sites,
                         double mark, std::size_t most_looked_at = 20'000);

}  // namespace footprint::sim
