// Shading, cards and search for the window, from the session's facts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/pictures/picture_options.h"
#include "render/window/scene_painter.h"
#include "render/window/view_facts.h"

namespace footprint::cli {

// What takes time is loaded when it is first asked for, by whichever thread asks. at_once() and
// the other short ones are for one thread, card() for one other, search() for one other.
class ViewSource final : public render::ViewFacts {
  public:
    // `picture` is not shaded. The catalog, timeline and atlas of the session are loaded. All must
    // outlive it.
    ViewSource(Session& session, const PictureOptions& options, const Picture& picture);
    ~ViewSource() override;

    // For the painter; any thread.
    render::ViewShading shading();

    render::Card at_once(const render::CardQuestion& question) override;
    render::Card card(const render::CardQuestion& question) override;
    std::vector<render::Found> search(const std::string& text, std::size_t most) override;
    std::string id(geo::RegionIndex region) override;
    geo::LonLat position(geo::RegionIndex region) override;
    bool is_land(geo::LonLat place) override;
    bool can_be_out(geo::RegionIndex region, Date date) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// What happened to the providers shown, in words, by day.
std::vector<render::ViewEvent> view_events(const sim::Timeline& timeline,
                                           const render::SceneOptions& scene);

}  // namespace footprint::cli
