#include "cli/pictures/strip_series.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/coverage/comparison.h"
#include "sim/expansion/run_bands.h"

namespace footprint::cli {
namespace {

std::vector<Date> month_ends(Date from, Date to) {
    std::vector<Date> dates{from};
    for (Date next = Date::from_ymd(from.year(), from.month(), 1).plus_months(1);;
         next = next.plus_months(1)) {
        const Date end = next.plus_days(-1);
        if (end >= to) {
            break;
        }
        if (end > from) {
            dates.push_back(end);
        }
    }
    if (to > from) {
        dates.push_back(to);
    }
    return dates;
}

// Bands count what providers publish; --include and --exclude count more or less, as of the start.
void count_by_scope(render::StripSeries& series, const sim::LoadedRun& run,
                    const sim::RegionScope& scope) {
    const int counted = run.timeline->totals(run.start, series.provider, scope).regions.mid;
    const double others = counted - series.points.front().value;
    for (auto& point : series.points) {
        point.value += others;
        point.low += others;
        point.high += others;
    }
}

}  // namespace

void declare_chart(OptionSet& options, std::string& chart) {
    options
        .add("--chart", &chart, "WHAT",
             "What the curves beside the map tell, by provider: regions, zones, people (per cent "
             "of the world's within --threshold) or none. Of a run folder of several runs, regions "
             "and people are the median with the 5–95 % band as haze")
        .choices({"regions", "zones", "people", "none"});
}

render::StripKind strip_kind(const std::string& chart) {
    return chart == "zones"    ? render::StripKind::zones
           : chart == "people" ? render::StripKind::people
           : chart == "none"   ? render::StripKind::none
                               : render::StripKind::regions;
}

std::vector<render::StripSeries> people_series(const render::ShadingInput& shading,
                                               const std::vector<geo::ProviderIndex>& providers,
                                               Date from, Date to) {
    sim::CoverageEngine engine(*shading.timeline, *shading.atlas, *shading.people, *shading.model,
                               shading.options);
    sim::ComparisonQuestion question;
    question.providers = providers;
    question.dates = month_ends(from, to);
    question.areas = {shading.atlas->find_area("world").value()};
    std::vector<render::StripSeries> all;
    for (const auto provider : providers) {
        all.push_back({provider, {}});
    }
    for (const auto& at : sim::compare(engine, question)) {
        const auto& rows = at.areas.front().providers;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& coverage = rows[i].coverage;
            const double share =
                coverage.people > 0 ? 100 * coverage.people_within.front() / coverage.people : 0;
            all[i].points.push_back({1.0 * at.date.days(), share, share, share});
        }
    }
    return all;
}

std::vector<render::StripSeries> band_series(const sim::LoadedRun& run, render::StripKind kind,
                                             double threshold_ms, const sim::RegionScope& scope) {
    std::vector<render::StripSeries> all;
    if (kind != render::StripKind::regions && kind != render::StripKind::people) {
        return all;
    }
    const std::string metric = kind == render::StripKind::regions
                                   ? std::string("regions")
                                   : fmt::format("people_within_{:g}_ms_percent", threshold_ms);
    for (const sim::RunBand& band : sim::load_bands(run, metric)) {
        auto series = std::find_if(all.begin(), all.end(), [&](const render::StripSeries& s) {
            return s.provider == band.provider;
        });
        if (series == all.end()) {
            series = all.insert(all.end(), {band.provider, {}});
        }
        series->points.push_back({1.0 * band.date.days(), band.p50, band.p5, band.p95});
    }
    for (auto& series : all) {
        if (kind == render::StripKind::regions) {
            count_by_scope(series, run, scope);
        }
    }
    return all;
}

double strip_top(Session& session, render::StripKind kind,
                 std::span<const geo::ProviderIndex> providers, const sim::RegionScope& scope,
                 Date to) {
    if (kind == render::StripKind::people) {
        return 100;
    }
    double most = 0;
    for (const auto provider : providers) {
        const auto totals = session.timeline().totals(to, provider, scope);
        most = std::max(
            most, 1.0 * (kind == render::StripKind::zones ? totals.zones : totals.regions).mid);
    }
    if (session.run() == nullptr) {
        return most;
    }
    for (const auto& series : band_series(*session.run(), kind, 0, scope)) {
        const bool is_shown =
            std::find(providers.begin(), providers.end(), series.provider) != providers.end();
        for (const auto& point : series.points) {
            most = is_shown ? std::max(most, point.high) : most;
        }
    }
    return most;
}

}  // namespace footprint::cli
