#include "sim/expansion/ensemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "base/interrupt.h"
#include "base/parallel.h"

namespace footprint::sim {
namespace {

using nlohmann::json;

constexpr std::size_t kNumbersAtOnce = std::size_t{1} << 22;

struct MetricName {
    const char* name;
    double (*value)(const Metric&);
};
constexpr std::array<MetricName, 8> kCurves{{
    {"regions", [](const Metric& m) { return static_cast<double>(m.regions); }},
    {"capacity_mw", [](const Metric& m) { return m.capacity_mw; }},
    {"load_mw", [](const Metric& m) { return m.load_mw; }},
    {"share_percent", [](const Metric& m) { return m.share_percent; }},
    {"spent_usd_m", [](const Metric& m) { return m.spent_usd_m; }},
    {"people_within_20_ms_percent", [](const Metric& m) { return m.people_within_percent[0]; }},
    {"people_within_50_ms_percent", [](const Metric& m) { return m.people_within_percent[2]; }},
    {"people_within_100_ms_percent", [](const Metric& m) { return m.people_within_percent[3]; }},
}};

// The dates of the curves: each January, and the last step.
std::vector<Date> curve_dates(const World& world) {
    std::vector<Date> dates;
    const auto& s = world.scenario;
    for (int k = 0;; ++k) {
        const Date date = s.start.plus_months(k * s.step_months);
        if (date >= s.end) {
            break;
        }
        const bool last = s.start.plus_months((k + 1) * s.step_months) >= s.end;
        if (date.month() == 1 || k == 0 || last) {
            dates.push_back(date);
        }
    }
    return dates;
}

// Key of what opens: a site's number, or the number of sites and a region's.
std::size_t site_key(const World& world, const Order& order) {
    return order.site != kNoSite ? order.site : world.sites.size() + order.region;
}

// Calls `take` with each run's line.
void for_each_run(const Checkpoint& checkpoint, std::uint32_t runs,
                  const std::function<void(const json&)>& take) {
    std::ifstream file(checkpoint.file());
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        const auto run = json::parse(line);
        if (run.at("run").get<std::uint32_t>() < runs) {
            take(run);
        }
    }
}

// Linear between order statistics (type 7 of Hyndman and Fan 1996).
double quantile(const std::vector<double>& sorted, double share) {
    const double at = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::string bands(const World& world, const Checkpoint& checkpoint, std::uint32_t runs) {
    const auto dates = curve_dates(world);
    const std::size_t curves = dates.size() * world.providers() * kCurves.size();
    std::string text = "date,provider,metric,p5,p25,p50,p75,p95\n";
    const std::size_t at_once = std::max<std::size_t>(1, kNumbersAtOnce / runs);
    for (std::size_t begin = 0; begin < curves; begin += at_once) {
        const std::size_t end = std::min(begin + at_once, curves);
        std::vector<std::vector<double>> values(end - begin);
        for_each_run(checkpoint, runs, [&](const json& run) {
            const auto& all = run.at("curves");
            for (std::size_t c = begin; c < end; ++c) {
                values[c - begin].push_back(all.at(c).get<double>());
            }
        });
        for (std::size_t c = begin; c < end; ++c) {
            auto& sorted = values[c - begin];
            std::sort(sorted.begin(), sorted.end());
            const std::size_t metric = c % kCurves.size();
            const std::size_t provider = c / kCurves.size() % world.providers();
            const Date date = dates[c / (kCurves.size() * world.providers())];
            text +=
                fmt::format("{},{},{}", date.iso(),
                            world.known.catalog.provider(static_cast<ProviderIndex>(provider)).id,
                            kCurves[metric].name);
            for (const double share : kBands) {
                text += fmt::format(",{:.4f}", quantile(sorted, share));
            }
            text += '\n';
        }
    }
    return text;
}

std::vector<SiteChance> chances(const World& world, const Checkpoint& checkpoint,
                                std::uint32_t runs) {
    // Runs in which it opened, by month of the first opening: bounded by sites and months.
    std::map<std::pair<std::size_t, std::size_t>, std::map<int, std::uint32_t>> openings;
    for_each_run(checkpoint, runs, [&](const json& run) {
        std::map<std::pair<std::size_t, std::size_t>, int> first;
        for (const auto& opened : run.at("opened")) {
            const std::pair key(opened.at(0).get<std::size_t>(), opened.at(1).get<std::size_t>());
            const int month = opened.at(2).get<int>();
            const auto [at, fresh] = first.emplace(key, month);
            at->second = std::min(at->second, month);
        }
        for (const auto& [key, month] : first) {
            ++openings[key][month];
        }
    });
    std::vector<SiteChance> sites;
    for (const auto& [key, months] : openings) {
        SiteChance chance;
        chance.provider = key.first;
        if (key.second < world.sites.size()) {
            const auto& site = world.sites[key.second];
            chance.name = site.name;
            chance.country = site.country;
            chance.position = site.position;
        } else {
            const auto& row = world.known.catalog.region(
                static_cast<RegionIndex>(key.second - world.sites.size()));
            chance.name = row.id;
            chance.country = row.country;
            chance.position = row.position;
            chance.announced = true;
        }
        std::uint32_t count = 0;
        for (const auto& [month, times] : months) {
            count += times;
        }
        chance.probability = static_cast<double>(count) / runs;
        const auto date_at = [&](double share) {
            const double wanted = share * (count - 1);
            std::uint32_t seen = 0;
            for (const auto& [month, times] : months) {
                seen += times;
                if (seen > wanted) {
                    return world.scenario.start.plus_months(month);
                }
            }
            return world.scenario.end;
        };
        chance.first = date_at(kBands.front());
        chance.middle = date_at(0.5);
        chance.last = date_at(kBands.back());
        sites.push_back(std::move(chance));
    }
    std::stable_sort(sites.begin(), sites.end(), [](const SiteChance& a, const SiteChance& b) {
        return a.probability > b.probability;
    });
    return sites;
}

}  // namespace

std::string summarize_run(const World& world, const RunResult& result, std::uint32_t run) {
    json line;
    line["run"] = run;
    auto& curves = line["curves"] = json::array();
    const std::size_t n = world.providers();
    for (const Date date : curve_dates(world)) {
        const auto first = std::find_if(result.metrics.begin(), result.metrics.end(),
                                        [&](const Metric& m) { return m.date == date; });
        for (std::size_t i = 0; i < n; ++i) {
            const Metric& metric = *(first + static_cast<std::ptrdiff_t>(i));
            for (const auto& curve : kCurves) {
                curves.push_back(curve.value(metric));
            }
        }
    }
    auto& opened = line["opened"] = json::array();
    const Date start = world.scenario.start;
    for (const auto& order : result.orders) {
        if (order.state == OrderState::open) {
            const int month =
                (order.ended->year() - start.year()) * 12 + order.ended->month() - start.month();
            opened.push_back({order.provider, site_key(world, order), month});
        }
    }
    return line.dump();
}

void make_runs(const World& world, std::uint64_t seed, std::uint32_t runs, Checkpoint& checkpoint,
               const std::function<void(std::uint32_t)>& done) {
    std::vector<std::uint32_t> missing;
    for (std::uint32_t run = 0; run < runs; ++run) {
        if (!checkpoint.has(run)) {
            missing.push_back(run);
        }
    }
    std::mutex mutex;
    auto count = runs - static_cast<std::uint32_t>(missing.size());
    parallel_blocks(missing.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) {
            throw_if_interrupted();
            const auto result = simulate(world, seed, missing[k]);
            const auto line = summarize_run(world, result, missing[k]);
            const std::lock_guard lock(mutex);
            checkpoint.add(missing[k], line);
            done(++count);
        }
    });
}

EnsembleReport report_on(const World& world, const Checkpoint& checkpoint, std::uint32_t runs) {
    EnsembleReport report;
    report.runs = runs;
    report.bands_csv = bands(world, checkpoint, runs);
    report.sites = chances(world, checkpoint, runs);
    return report;
}

std::string sites_csv(const World& world, const EnsembleReport& report) {
    std::string text =
        "provider,site,country,lon,lat,announced,probability,opens_p5,opens_p50,opens_p95\n";
    for (const auto& site : report.sites) {
        text +=
            fmt::format("{},{},{},{},{},{},{:.4f},{},{},{}\n",
                        world.known.catalog.provider(static_cast<ProviderIndex>(site.provider)).id,
                        csv_text(site.name), csv_text(site.country), site.position.lon,
                        site.position.lat, site.announced ? "yes" : "no", site.probability,
                        site.first.year_month(), site.middle.year_month(), site.last.year_month());
    }
    return text;
}

}  // namespace footprint::sim
