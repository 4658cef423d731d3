// What twice the sites, twice the cells and a second core cost the field on a grid: ratios of one
// run, each the least of some rounds in which all are measured in turn.
//
//   build/bench/bench/field_ratios [rounds, 5]
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>

#include "base/parallel.h"
#include "bench/geo/clustered_sites.h"
#include "geo/sphere/grid_field.h"

namespace footprint::geo {
namespace {

constexpr std::size_t kRows = 128;
constexpr std::size_t kColumns = 512;

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Blocks of a grid, each into its thread's own memory, as many threads as asked for.
class Job {
  public:
    Job(std::string name, std::size_t rows, std::size_t sites, int threads, bool weighted = false)
        : name_(std::move(name)),
          grid_(2 * rows, rows),
          field_(grid_, clustered_sites(sites, weighted)),
          threads_(threads),
          weighted_(weighted) {}

    void measure() {
        const ThreadLimit limit(threads_);
        const std::size_t across = (grid_.columns() + kColumns - 1) / kColumns;
        const std::size_t down = (grid_.rows() + kRows - 1) / kRows;
        const double begin = seconds();
        parallel_blocks(across * down, across, [&](std::size_t from, std::size_t to) {
            for (std::size_t i = from; i < to; ++i) {
                block(i / across * kRows, i % across * kColumns);
            }
        });
        least_s_ = std::min(least_s_, seconds() - begin);
    }
    void print() const {
        fmt::print("{:<44} {:8.3f} s {:10.0f} million cells a second\n", name_, least_s_,
                   static_cast<double>(grid_.size()) / 1e6 / least_s_);
    }
    double least_s() const { return least_s_; }
    double cells() const { return static_cast<double>(grid_.size()); }

  private:
    void block(std::size_t row, std::size_t column) const {
        thread_local std::vector<float> best(kRows * kColumns), second(kRows * kColumns);
        thread_local std::vector<std::uint32_t> site(kRows * kColumns),
            second_site(kRows * kColumns);
        GridPlanes planes{.best = best};
        if (weighted_) {
            planes = {
                .best = best, .best_site = site, .second = second, .second_site = second_site};
        }
        field_.block({row, column, std::min(kRows, grid_.rows() - row),
                      std::min(kColumns, grid_.columns() - column)},
                     {}, planes);
    }

    std::string name_;
    Grid grid_;
    GridField field_;
    int threads_;
    bool weighted_;
    double least_s_ = 1e9;
};

void ratio(const char* what, double value, const char* target, bool good) {
    fmt::print("{:<44} {:8.2f} x   target {}: {}\n", what, value, target,
               good ? "reached" : "NOT REACHED");
}

int run(int rounds) {
    Job once("0.02 deg, 400 sites, one thread", 9000, 400, 1);
    Job sites("0.02 deg, 800 sites, one thread", 9000, 800, 1);
    Job cells("twice the cells, 400 sites, one thread", 12728, 400, 1);
    Job two("0.02 deg, 400 sites, two threads", 9000, 400, 2);
    Job fine("30 seconds of arc, 400 sites, one thread", 21600, 400, 1);
    Job few("0.1 deg, 300 nodes, best and second", 1800, 300, 1, true);
    Job many("0.1 deg, 1500 nodes, best and second", 1800, 1500, 1, true);
    for (int i = 0; i < rounds; ++i) {
        for (Job* job : {&once, &sites, &cells, &two, &fine, &few, &many}) {
            job->measure();
        }
    }
    for (const Job* job : {&once, &sites, &cells, &two, &fine, &few, &many}) {
        job->print();
    }
    const double by_sites = sites.least_s() / once.least_s();
    const double by_cells = cells.least_s() / once.least_s();
    const double by_cores = once.least_s() / two.least_s();
    ratio("twice the sites", by_sites, "below 1.5", by_sites < 1.5);
    ratio("twice the cells", by_cells, "at most 2", by_cells <= 2);
    ratio("two cores (where two are idle)", by_cores, "1.7 at least", by_cores >= 1.7);
    return 0;
}

}  // namespace
}  // namespace footprint::geo

int main(int count, char** words) {
    return footprint::geo::run(count > 1 ? std::atoi(words[1]) : 5);
}
