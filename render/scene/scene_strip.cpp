// What a scene's strip tells: the lines of its providers over its clock.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "render/scene/scene.h"

namespace footprint::render {
namespace {

const StripSeries* of_provider(const std::vector<StripSeries>& all, geo::ProviderIndex provider) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const StripSeries& series) {
        return series.provider == provider;
    });
    return found == all.end() || found->points.empty() ? nullptr : &*found;
}

// Values of one run up to where the bands of all begin, and on from there with these.
std::vector<StripPoint> followed_by(std::vector<StripPoint> points,
                                    const std::vector<StripPoint>& bands, double from) {
    std::erase_if(points, [&](const StripPoint& point) { return point.day >= from; });
    std::copy_if(bands.begin(), bands.end(), std::back_inserter(points),
                 [&](const StripPoint& point) { return point.day >= from; });
    return points;
}

}  // namespace

bool Scene::is_simulated() const {
    const auto events = input_.timeline->events();
    return std::any_of(events.begin(), events.end(), [](const sim::Event& event) {
        return event.provenance == sim::Provenance::simulated;
    });
}

double Scene::strip_count(Date date, geo::ProviderIndex provider) const {
    return options_.chart.kind == StripKind::zones
               ? input_.timeline->totals(date, provider, options_.scope).zones.mid
               : regions_at(date, provider);
}

// Counts at the film's first date and whenever something happens to the provider's regions.
std::vector<StripPoint> Scene::strip_points(geo::ProviderIndex provider) const {
    if (options_.chart.kind == StripKind::people) {
        const StripSeries* known = of_provider(options_.chart.people, provider);
        return known == nullptr ? std::vector<StripPoint>() : known->points;
    }
    std::vector<Date> dates{clock_.from};
    const geo::Catalog& catalog = input_.timeline->catalog();
    for (const sim::Event& event :
         input_.timeline->between(clock_.from.plus_days(1), clock_.to.plus_days(1))) {
        if (catalog.region(event.region).provider == provider && event.date != dates.back()) {
            dates.push_back(event.date);
        }
    }
    std::vector<StripPoint> points;
    for (const Date date : dates) {
        const double count = strip_count(date, provider);
        if (points.empty() || points.back().value != count) {
            points.push_back({1.0 * date.days(), count, count, count});
        }
    }
    return points;
}

StripLine Scene::strip_line(geo::ProviderIndex provider) const {
    StripLine line;
    line.provider = provider;
    line.name = input_.timeline->catalog().provider(provider).short_name;
    line.color = hue(provider);
    line.shape = styles_[provider].shape;
    line.points = strip_points(provider);
    if (options_.chart.kind == StripKind::people && !line.points.empty()) {
        line.straight_from = line.points.front().day;
    }
    if (const StripSeries* bands = of_provider(options_.chart.bands, provider)) {
        const double from = bands->points.front().day;
        line.points = followed_by(std::move(line.points), bands->points, from);
        line.straight_from = std::min(line.straight_from, from);
    }
    return line;
}

std::string Scene::strip_head() const {
    const std::string what = options_.chart.kind == StripKind::regions ? "Regions open"
                             : options_.chart.kind == StripKind::zones
                                 ? "Availability zones"
                                 : fmt::format("% of people within {:g} ms", options_.threshold_ms);
    return options_.chart.bands.empty() ? what + ", by provider"
                                        : fmt::format("{}: median and 5–95 % of {} runs", what,
                                                      with_thousands(options_.chart.runs));
}

StripInput Scene::strip_input() const {
    StripInput input;
    input.area = layout_.chart;
    input.unit = layout_.unit;
    input.from = clock_.from;
    input.to = clock_.to;
    input.as_of = input_.timeline->as_of();
    input.head = strip_head();
    input.future = is_simulated() ? "simulated" : "facts end";
    input.is_share = options_.chart.kind == StripKind::people;
    input.least = options_.chart.least;
    std::vector<std::uint8_t> hues;
    for (const geo::ProviderIndex provider : options_.providers) {
        StripLine line = strip_line(provider);
        if (line.points.empty()) {
            continue;
        }
        const std::uint8_t hue = styles_[provider].hue;
        line.is_dashed = std::find(hues.begin(), hues.end(), hue) != hues.end();
        hues.push_back(hue);
        input.lines.push_back(std::move(line));
    }
    return input;
}

void Scene::make_chart() {
    if (has_furniture() && options_.chart.kind != StripKind::none && layout_.chart.width > 0) {
        strip_ = StripChart(strip_input(), *theme_, *measure_);
    }
}

}  // namespace footprint::render
