// Scenes for the window: the film's own painter, once for the map as it is looked at and once for
// the furniture over it.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "render/paint/frame_painter.h"
#include "render/scene/scene.h"
#include "render/window/viewer.h"

namespace footprint::render {

// What the window's settings are for a scene: the map's extent, the span and the providers.
ViewSettings view_settings(const SceneOptions& options, const FilmClock& clock, Date at);

// What shades the land, with the words that say what it rests on.
struct ViewShading {
    ShadingInput input;
    std::string model;    // its name
    std::string credits;  // of a shaded picture
};

class ScenePainter final : public ViewPainter {
  public:
    // Size, part and look of `options` are replaced by each question's. Everything given must
    // outlive the painter. `shading` is asked for when a question first shades, on the thread that
    // paints; what it gives must outlive the painter, too.
    ScenePainter(const SceneInput& input, const SceneOptions& options, const FilmClock& clock,
                 std::function<ViewShading()> shading, const FontSet& fonts,
                 sim::CableTraffic* cables = nullptr);
    ~ScenePainter() override;

    Rect map_area(int width, int height, const ViewLook& look) const override;
    std::vector<Rect> furniture(int width, int height, const ViewLook& look) const override;
    std::vector<Rect> legend_lines(int width, int height, const ViewLook& look) const override;
    // The map is laid out anew when the look, the size or the providers changed, else only its
    // moment is painted. What is kept between questions changes no pixel.
    ViewPicture paint(const ViewQuestion& question) override;

  private:
    // Which of a question's pictures: its map, the right one of two that are compared, or what
    // stands over both.
    enum class Side : std::uint8_t { map, right, furniture };
    struct Layer;
    FrameLayout layout(int width, int height, const ViewLook& look) const;
    Layer& layer(Side side, const ViewQuestion& question);
    ViewQuestion wanted(Side side, const ViewQuestion& question) const;
    SceneOptions options_for(Side side, const ViewQuestion& question) const;
    std::optional<ShadingInput> shading_for(Side side, const ViewQuestion& question);
    std::vector<geo::ProviderIndex> shaded_by(Side side, const ViewLook& look) const;
    const ViewShading& shading();
    // The timelines with the question's outages.
    SceneInput input_with(const std::vector<Outage>& outages);
    Moment moment(const ViewQuestion& question) const;
    Image paint_furniture(const ViewQuestion& question, ViewPicture& picture);
    void add_panels(DisplayList& list, const FrameLayout& layout, const Theme& theme) const;
    void add_hidden(DisplayList& list, const ViewQuestion& question, const Scene& scene) const;

    struct Altered;
    SceneInput input_;
    SceneOptions options_;
    FilmClock clock_;
    std::function<ViewShading()> load_shading_;
    std::optional<ViewShading> shading_;
    const FontSet& fonts_;
    sim::CableTraffic* cables_;
    std::shared_ptr<const Altered> altered_;
    std::array<std::unique_ptr<Layer>, 3> layers_;  // by side
};

// The same timeline with regions impaired from a day on, until they would recover or be impaired
// anyway. Throws Error (invalid) for a region that is not open on its day.
sim::Timeline with_outages(const sim::Timeline& timeline, const std::vector<Outage>& outages);

}  // namespace footprint::render
