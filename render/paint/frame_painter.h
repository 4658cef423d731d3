// A scene's frames as pixels: still parts painted once, shading kept up to date, the rest copied
// from sprites.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "geo/atlas/people.h"
#include "render/paint/canvas.h"
#include "render/paint/compositor.h"
#include "render/paint/tiles.h"
#include "render/scene/cable_layer.h"
#include "render/scene/coverage_raster.h"
#include "render/scene/scene.h"
#include "sim/coverage/cable_traffic.h"
#include "sim/coverage/engine.h"

namespace footprint::render {

struct ShadingInput {
    const geo::Atlas* atlas = nullptr;
    const geo::DemandPoints* people = nullptr;  // nothing: no running total
    const sim::LatencyModel* model = nullptr;
    const sim::Timeline* timeline = nullptr;
    sim::CoverageOptions options;
};

// Moves forward in time in one thread; frames it hands out are finished in any.
class FramePainter {
  public:
    // Everything given must outlive it. `shading` is needed when the scene shades; `cables`, if
    // given, are drawn at sea, under the land.
    FramePainter(const Scene& scene, const std::optional<ShadingInput>& shading,
                 const FontSet& fonts, sim::CableTraffic* cables = nullptr);

    // Brings the shading to a moment: towards it by what one frame of the film allows, or, where
    // `at_once`, all the way. Fills in the moment's people. True if the ground changed.
    bool advance(Moment& moment, bool at_once);

    // Instead of those that follow the date: what lies there and is in use at one moment.
    void show_cables(const sim::Backbone& backbone, const sim::CableDay& day);

    // Ground with shading and all that stands still; valid until the next advance().
    const Image& ground() const { return ground_; }
    // Paints what changes over a copy of the ground. From any thread.
    void finish(Image& frame, const DisplayList& changing) { compositor_.paint(frame, changing); }

    // The same for frames that are painted again and again: brings one's ground up to this one,
    // and paints where that or the list changed. Returns where. This outlives them.
    void take_ground(Composition& frame) const;
    std::vector<PixelRect> finish(Composition& frame, const DisplayList& changing) {
        return compositor_.paint(frame, changing);
    }

    // A whole picture of one moment.
    Image still(Moment moment);
    // The same as one display list, for vector formats; shading is an image in it.
    DisplayList still_list(Moment moment);

    std::size_t land_pixels() const { return raster_ ? raster_->pixels() : 0; }

  private:
    void make_raster();
    void follow(Moment& moment);
    void serve(Date date);
    bool follow_cables(const Moment& moment, bool at_once);
    void repaint_ground();
    void compose_still();
    // Does nothing ever change the ground?
    bool is_still() const { return !raster_ && !cable_layer_; }
    PeopleCount count_people(Date date);

    const Scene* scene_;
    std::optional<ShadingInput> shading_;
    const FontSet* fonts_;
    Compositor compositor_;
    Image sea_;         // what never changes under the land
    Image backdrop_;    // the same with the cables of the moment
    Image plain_land_;  // where nothing shades it
    Image overlay_;
    Image ground_;
    std::uint64_t step_ = 0;  // of the ground, and when each tile of it changed last
    Tiles changed_;
    std::unique_ptr<sim::CoverageEngine> engine_;  // where people are counted
    std::unique_ptr<sim::Audiences> audiences_;    // where they are not
    std::unique_ptr<CoverageRaster> raster_;
    sim::CableTraffic* cables_ = nullptr;
    std::unique_ptr<CableLayer> cable_layer_;
    DisplayList cable_list_;
    std::optional<Date> cable_date_;
    std::vector<Date> changes_;  // of the model's ways
    std::optional<Date> date_;
    std::optional<Date> served_;  // since when the same have served by the same ways
    std::optional<PeopleCount> people_;
};

}  // namespace footprint::render
