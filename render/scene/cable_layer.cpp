#include "render/scene/cable_layer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace footprint::render {
namespace {

// Shown levels move in steps of a quarter, so that few different lines are ever painted.
constexpr int kSteps = 4;
constexpr int kQuiet = 1;
constexpr int kFlash = 6;  // a cable on the day it opens
// People whose ways lead along a cable, for each level above the quiet one.
constexpr std::array<double, 4> kLevels{1e5, 3e6, 3e7, 2e8};

int level_of(bool in_service, double people) {
    if (!in_service) {
        return 0;
    }
    const auto reached = std::upper_bound(kLevels.begin(), kLevels.end(), people);
    return kQuiet + static_cast<int>(reached - kLevels.begin());
}

struct Stroke {
    double width;  // design pixels
    double opacity;
};

StrokePath stroke(const PathPtr& path, Color color, Stroke look, double unit) {
    return {path, color.with_alpha(look.opacity), std::max(0.5, look.width * unit), {}, {}};
}

void add_quiet(DisplayList& list, const PathPtr& path, double share, const Theme& theme,
               double unit) {
    list.push_back(stroke(path, theme.cable, {1.0, 0.75 * share}, unit));
}

// A halo, a softer one inside and a bright core, all growing with the level above the quiet one.
void add_glow(DisplayList& list, const PathPtr& path, double above, const Theme& theme,
              double unit) {
    list.push_back(stroke(path, theme.cable_glow, {3.0 + 1.6 * above, 0.05 + 0.025 * above}, unit));
    list.push_back(stroke(path, theme.cable_glow, {1.6 + 0.6 * above, 0.10 + 0.05 * above}, unit));
    list.push_back(stroke(path, theme.cable_glow, {0.8 + 0.22 * above, 0.30 + 0.14 * above}, unit));
}

}  // namespace

CableLayer::CableLayer(const MapView& view, const sim::Backbone& backbone, const Theme& theme,
                       double unit)
    : theme_(&theme), unit_(unit) {
    const auto nodes = backbone.nodes();
    const auto edges = backbone.edges();
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (edges[i].kind != sim::BackboneEdgeKind::cable) {
            continue;
        }
        const std::array line{
            geo::SphereLine{nodes[edges[i].from].position, nodes[edges[i].to].position}};
        Path path = view.lines(line);
        if (!path.points().empty()) {
            lines_.push_back({i, std::make_shared<const Path>(std::move(path)), 0, 0});
        }
    }
}

void CableLayer::set(const sim::CableDay& day, bool at_once) {
    for (auto& line : lines_) {
        const int before = line.wanted;
        line.wanted = level_of(day.in_service[line.edge], day.people[line.edge]);
        if (!at_once && before == 0 && line.wanted > 0) {
            line.shown = kFlash * kSteps;
        }
    }
}

bool CableLayer::advance(bool at_once) {
    bool moved = false;
    for (auto& line : lines_) {
        const int goal = line.wanted * kSteps;
        if (line.shown != goal) {
            line.shown = at_once ? goal : line.shown + (goal > line.shown ? 1 : -1);
            moved = true;
        }
    }
    return moved;
}

DisplayList CableLayer::list() const {
    DisplayList list;
    for (const auto& line : lines_) {
        if (line.shown > 0) {
            const double share = std::min(1.0, static_cast<double>(line.shown) / kSteps);
            add_quiet(list, line.path, share, *theme_, unit_);
        }
    }
    // The brightest last, over the others.
    std::vector<const Line*> glowing;
    for (const auto& line : lines_) {
        if (line.shown > kQuiet * kSteps) {
            glowing.push_back(&line);
        }
    }
    std::stable_sort(glowing.begin(), glowing.end(),
                     [](const Line* a, const Line* b) { return a->shown < b->shown; });
    for (const Line* line : glowing) {
        add_glow(list, line->path, static_cast<double>(line->shown) / kSteps - kQuiet, *theme_,
                 unit_);
    }
    return list;
}

void add_cable_sample(DisplayList& list, Point from, Point to, bool in_use, const Theme& theme,
                      double unit) {
    Path path;
    path.move_to(from);
    path.line_to(to);
    const auto shared = std::make_shared<const Path>(std::move(path));
    add_quiet(list, shared, 1, theme, unit);
    if (in_use) {
        add_glow(list, shared, 3, theme, unit);
    }
}

}  // namespace footprint::render
