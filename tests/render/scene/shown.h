// The shipped facts as scenes, loaded once a test program.
#pragma once

#include <memory>

#include "base/date.h"
#include "base/error.h"
#include "geo/atlas/atlas.h"
#include "geo/catalog/catalog.h"
#include "render/paint/fonts.h"
#include "render/scene/scene.h"
#include "sim/timeline/timeline.h"

namespace footprint::test {

struct Facts {
    geo::Catalog catalog;
    geo::Catalog spread;
    sim::Timeline dated;
    sim::Timeline timeline;
    geo::Atlas atlas;
    render::FontSet fonts;

    Facts()
        : catalog(geo::load_catalog_or_throw({FOOTPRINT_SOURCE_DIR "/datasets", {}})),
          spread(render::with_openings_spread(catalog)),
          dated(sim::Timeline::from_catalog(catalog)),
          timeline(sim::Timeline::from_catalog(spread)),
          atlas(geo::Atlas::load(FOOTPRINT_SOURCE_DIR "/datasets", geo::MapDetail::coarse)) {}
};

inline const Facts& facts() {
    static const Facts kFacts;
    return kFacts;
}

inline render::SceneOptions options_at(int width, int height, bool shaded = true) {
    render::SceneOptions options;
    options.width = width;
    options.height = height;
    for (std::size_t i = 0; i < facts().catalog.providers().size(); ++i) {
        options.providers.push_back(static_cast<geo::ProviderIndex>(i));
    }
    if (shaded) {
        options.shading = options.providers;
    }
    options.scope = sim::RegionScope::published(facts().catalog);
    options.model = "distance model";
    options.credits =
        "Cloud regions: footprint catalog (CC BY 4.0) · Made with Natural Earth; world-atlas · "
        "People: contains GeoNames data (CC BY 4.0), scaled to World Bank and United Nations "
        "totals";
    return options;
}

inline render::Scene scene_of(const render::SceneOptions& options, double duration_s = 30) {
    const auto clock = render::FilmClock::make(Date::from_ymd(2006, 3, 1), facts().timeline.as_of(),
                                               30, duration_s);
    return {{&facts().timeline, &facts().dated, &facts().atlas}, options, clock, facts().fonts};
}

inline render::Moment moment_at(const render::Scene& scene, std::int64_t frame) {
    render::Moment moment;
    moment.day = scene.clock().day(frame);
    moment.second = scene.clock().second(frame);
    moment.people = render::PeopleCount{5.2e9, 8.2e9};
    return moment;
}

}  // namespace footprint::test
