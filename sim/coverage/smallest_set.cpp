#include "sim/coverage/smallest_set.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace footprint::sim {

namespace {

struct Gain {
    double people = 0;
    std::size_t site = 0;
    // Most first; ties to the site named first.
    bool operator<(const Gain& other) const {
        return people != other.people ? people > other.people : site < other.site;
    }
};

class Search {
  public:
    Search(std::span<const double> now, std::span<const std::vector<SiteReach>> sites, double mark,
           std::size_t budget)
        : now_(now.begin(), now.end()), sites_(sites), mark_(mark), budget_(budget) {
        total_ = std::accumulate(now.begin(), now.end(), 0.0);
    }

    SmallestSet run() {
        SmallestSet result;
        if (total_ > mark_) {
            return {true, {}, total_, 0, 0};
        }
        const auto upper = greedy();
        if (!upper) {
            return result;
        }
        result.reached = true;
        result.sites = *upper;
        std::size_t size = 1;
        while (size < upper->size() && !found_ && !is_spent()) {
            chosen_.clear();
            all_sites(size);
            size += found_ || is_spent() ? 0U : 1U;
        }
        if (found_) {
            result.sites = *found_;
        }
        result.at_least = size;
        result.looked_at = looked_at_;
        result.people = total_with(result.sites);
        return result;
    }

  private:
    bool is_spent() const { return looked_at_ >= budget_; }

    double gain(std::size_t site) const {
        double sum = 0;
        for (const auto& [place, people] : sites_[site]) {
            sum += std::max(0.0, people - now_[place]);
        }
        return sum;
    }

    // Takes a site; what it changed, to be undone.
    std::vector<SiteReach> take(std::size_t site) {
        std::vector<SiteReach> before;
        for (const auto& [place, people] : sites_[site]) {
            if (people > now_[place]) {
                before.push_back({place, now_[place]});
                now_[place] = people;
            }
        }
        return before;
    }
    void undo(const std::vector<SiteReach>& before) {
        for (const auto& [place, people] : before) {
            now_[place] = people;
        }
    }

    double total_with(const std::vector<std::size_t>& sites) {
        std::vector<std::vector<SiteReach>> taken;
        double total = total_;
        for (const auto site : sites) {
            total += gain(site);
            taken.push_back(take(site));
        }
        std::for_each(taken.rbegin(), taken.rend(), [&](const auto& before) { undo(before); });
        return total;
    }

    // Nothing when even all sites do not suffice.
    std::optional<std::vector<std::size_t>> greedy() {
        std::vector<std::size_t> sites;
        std::vector<std::vector<SiteReach>> taken;
        double total = total_;
        while (total <= mark_) {
            Gain best;
            for (std::size_t s = 0; s < sites_.size(); ++s) {
                const Gain here{gain(s), s};
                best = here.people > best.people ? here : best;
            }
            if (best.people <= 0) {
                break;
            }
            total += best.people;
            sites.push_back(best.site);
            taken.push_back(take(best.site));
        }
        std::for_each(taken.rbegin(), taken.rend(), [&](const auto& before) { undo(before); });
        return total > mark_ ? std::optional(sites) : std::nullopt;
    }

    void all_sites(std::size_t size) {
        std::vector<std::size_t> allowed(sites_.size());
        std::iota(allowed.begin(), allowed.end(), std::size_t{0});
        look(allowed, size, total_);
    }

    // Sets that take `size` more of the allowed sites to those chosen.
    void look(const std::vector<std::size_t>& allowed, std::size_t size, double total) {
        if (found_ || is_spent()) {
            return;
        }
        ++looked_at_;
        std::vector<Gain> gains;
        for (const auto site : allowed) {
            gains.push_back({gain(site), site});
        }
        std::sort(gains.begin(), gains.end());
        for (std::size_t i = 0; i + size <= gains.size() && !found_; ++i) {
            double bound = total;
            for (std::size_t j = i; j < i + size; ++j) {
                bound += gains[j].people;
            }
            if (bound <= mark_) {
                return;
            }
            choose(gains, i, size, total);
        }
    }

    // The i-th of the gains, and of those after it the rest.
    void choose(const std::vector<Gain>& gains, std::size_t i, std::size_t size, double total) {
        chosen_.push_back(gains[i].site);
        if (size == 1) {
            found_ = chosen_;  // the bound is the total itself
        } else {
            std::vector<std::size_t> rest;
            for (std::size_t j = i + 1; j < gains.size(); ++j) {
                rest.push_back(gains[j].site);
            }
            const auto before = take(gains[i].site);
            look(rest, size - 1, total + gains[i].people);
            undo(before);
        }
        chosen_.pop_back();
    }

    std::vector<double> now_;
    std::span<const std::vector<SiteReach>> sites_;
    double mark_;
    std::size_t budget_;
    double total_ = 0;
    std::size_t looked_at_ = 0;
    std::vector<std::size_t> chosen_;
    std::optional<std::vector<std::size_t>> found_;
};

}  // namespace

SmallestSet smallest_set(std::span<const double> now, std::span<const std::vector<SiteReach>> sites,
                         double mark, std::size_t most_looked_at) {
    return Search(now, sites, mark, most_looked_at).run();
}

}  // namespace footprint::sim
