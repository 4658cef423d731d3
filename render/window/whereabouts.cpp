#include "render/window/whereabouts.h"

#include <algorithm>
#include <cmath>

namespace footprint::render {
namespace {

Point moved(Point painted, const Placement& place) {
    return {painted.x * place.scale + place.offset.x, painted.y * place.scale + place.offset.y};
}

}  // namespace

Whereabouts::Whereabouts(const ViewState& state, double world_width_m)
    : state_(&state), world_width_m_(world_width_m) {}

geo::Projection& Whereabouts::projection() {
    const Camera& camera = state_->camera();
    const std::string& name = state_->look().projection;
    if (!projection_ || projection_->name() != name || lon0_ != camera.lon0_deg ||
        lat0_ != camera.lat0_deg) {
        projection_ = geo::Projection::create(name, camera.lon0_deg, camera.lat0_deg);
        lon0_ = camera.lon0_deg;
        lat0_ = camera.lat0_deg;
    }
    return *projection_;
}

std::optional<geo::LonLat> Whereabouts::lonlat_at(Point at) {
    const Camera& camera = state_->camera();
    const Point middle = state_->area().centre();
    return projection().inverse({camera.x + (at.x - middle.x) * camera.metres_per_pixel,
                                 camera.y - (at.y - middle.y) * camera.metres_per_pixel});
}

std::optional<Point> Whereabouts::point_of(geo::LonLat place) {
    const auto xy = projection().forward(place);
    if (!xy) {
        return std::nullopt;
    }
    const Camera& camera = state_->camera();
    const Point middle = state_->area().centre();
    return Point{middle.x + (xy->x - camera.x) / camera.metres_per_pixel,
                 middle.y - (xy->y - camera.y) / camera.metres_per_pixel};
}

double Whereabouts::split_px() const {
    return state_->area().x + state_->split() * state_->area().width;
}

Placement Whereabouts::placed(const AnsweredPicture& seen) const {
    return placement(seen.question.camera, state_->camera(), state_->area(), world_width_m_);
}

std::optional<geo::RegionIndex> Whereabouts::region_at(Point here, double reach_px,
                                                       const AnsweredPicture& seen) const {
    if (seen.question.look.projection != state_->look().projection) {
        return std::nullopt;
    }
    const bool is_right = seen.picture.right && here.x > split_px();
    const Placement place = placed(seen);
    std::optional<geo::RegionIndex> best;
    double nearest = reach_px;
    for (const SymbolAt& symbol : is_right ? seen.picture.right_symbols : seen.picture.symbols) {
        const Point centre = moved(symbol.centre, place);
        const double away = std::hypot(centre.x - here.x, centre.y - here.y) - symbol.radius;
        if (away <= nearest) {
            nearest = std::max(away, 0.0);
            best = symbol.region;
        }
    }
    return best;
}

std::optional<Point> Whereabouts::symbol_of(geo::RegionIndex region,
                                            const AnsweredPicture& seen) const {
    if (seen.question.look.projection != state_->look().projection) {
        return std::nullopt;
    }
    for (const auto* symbols : {&seen.picture.symbols, &seen.picture.right_symbols}) {
        const auto found = std::find_if(symbols->begin(), symbols->end(),
                                        [&](const SymbolAt& s) { return s.region == region; });
        if (found != symbols->end()) {
            return moved(found->centre, placed(seen));
        }
    }
    return std::nullopt;
}

std::optional<Point> Whereabouts::place_of(const Target& target, const AnsweredPicture* seen) {
    std::optional<Point> point;
    if (seen != nullptr && target.region) {
        point = symbol_of(*target.region, *seen);
    }
    if (!point) {
        point = point_of(target.place);
    }
    return point;
}

std::vector<std::pair<double, geo::RegionIndex>> Whereabouts::from_west_to_east(
    const AnsweredPicture& seen) const {
    std::vector<std::pair<double, geo::RegionIndex>> order;
    const Placement place = placed(seen);
    for (const SymbolAt& symbol : seen.picture.symbols) {
        const Point now = moved(symbol.centre, place);
        if (state_->area().contains(now)) {
            order.emplace_back(now.x, symbol.region);
        }
    }
    std::sort(order.begin(), order.end());
    return order;
}

}  // namespace footprint::render
