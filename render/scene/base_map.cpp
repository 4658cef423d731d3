#include "render/scene/base_map.h"

#include <algorithm>

namespace footprint::render {
namespace {

constexpr double kGraticule_deg = 30;

PathPtr share(Path path) {
    return std::make_shared<const Path>(std::move(path));
}

// Without Antarctica's coast, whose land is not drawn.
std::vector<geo::SphereLine> inhabited(std::span<const geo::SphereLine> lines) {
    constexpr double kAntarctic_deg = -60;
    std::vector<geo::SphereLine> kept;
    for (const geo::SphereLine& line : lines) {
        if (std::any_of(line.begin(), line.end(),
                        [](geo::LonLat p) { return p.lat > kAntarctic_deg; })) {
            kept.push_back(line);
        }
    }
    return kept;
}

}  // namespace

void add_map_lines(DisplayList& list, const MapView& view, const geo::Atlas& atlas,
                   const Theme& theme, double unit) {
    list.push_back(FillPath{share(view.polygons(atlas.lakes())), theme.sea});
    const double line = std::max(0.5, 0.9 * unit);
    list.push_back(StrokePath{share(view.lines(inhabited(atlas.coasts()))),
                              theme.coast.with_alpha(0.9),
                              std::max(0.4, 0.6 * unit),
                              {},
                              {}});
    list.push_back(StrokePath{
        share(view.lines(atlas.borders())), theme.border.with_alpha(0.85), line, {}, {}});
    list.push_back(StrokePath{share(view.lines(atlas.disputed())),
                              theme.border.with_alpha(0.85),
                              line,
                              {3 * unit, 3 * unit},
                              {}});
}

void add_base_map(DisplayList& list, const MapView& view, const geo::Atlas& atlas,
                  const Theme& theme, double unit) {
    list.push_back(FillPath{share(view.outline()), theme.sea});
    list.push_back(StrokePath{
        share(view.graticule(kGraticule_deg)), theme.graticule, std::max(0.6, unit), {}, {}});
    Path land;
    const auto countries = atlas.countries();
    for (geo::CountryIndex i = 0; i < countries.size(); ++i) {
        if (countries[i].iso3 != "ATA") {
            land.append(view.polygons(atlas.shapes(i)));
        }
    }
    list.push_back(FillPath{share(std::move(land)), theme.land});
    add_map_lines(list, view, atlas, theme, unit);
}

}  // namespace footprint::render
