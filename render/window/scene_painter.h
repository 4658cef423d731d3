// Scenes for the window: the film's own painter, once for the map as it is looked at and once for
// the furniture over it.
#pragma once

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

class ScenePainter final : public ViewPainter {
  public:
    // Size, part and look of `options` are replaced by each question's. Everything given must
    // outlive the painter. `shading` is needed when the options shade.
    ScenePainter(const SceneInput& input, const SceneOptions& options, const FilmClock& clock,
                 const std::optional<ShadingInput>& shading, const FontSet& fonts,
                 sim::CableTraffic* cables = nullptr);
    ~ScenePainter() override;

    Rect map_area(int width, int height) const override;
    std::optional<int> provider_at(int width, int height, Point at) const override;
    // The map is laid out anew when the look, the size or the providers changed, else only its
    // moment is painted. What is kept between questions changes no pixel.
    ViewPicture paint(const ViewQuestion& question) override;

  private:
    struct Layer {
        ViewQuestion question;  // with the day and the help left out
        Scene scene;
        FramePainter painter;

        Layer(const ViewQuestion& asked, const SceneInput& input, const SceneOptions& options,
              const FilmClock& clock, const std::optional<ShadingInput>& shading,
              const FontSet& fonts, sim::CableTraffic* cables)
            : question(asked),
              scene(input, options, clock, fonts),
              painter(scene, shading, fonts, cables) {}
    };

    const Layer& map_layer(const ViewQuestion& question);
    const Layer& furniture_layer(const ViewQuestion& question);
    SceneOptions options_for(const ViewQuestion& question, ScenePart part) const;
    Moment moment(const ViewQuestion& question) const;
    Image paint_furniture(const ViewQuestion& question);
    void add_panels(DisplayList& list, const FrameLayout& layout, const Theme& theme) const;
    void add_hidden(DisplayList& list, const ViewQuestion& question, const Scene& scene) const;
    void add_help(DisplayList& list, const FrameLayout& layout, const Theme& theme) const;

    SceneInput input_;
    SceneOptions options_;
    FilmClock clock_;
    std::optional<ShadingInput> shading_;
    const FontSet& fonts_;
    sim::CableTraffic* cables_;
    std::unique_ptr<Layer> map_;
    std::unique_ptr<Layer> furniture_;
};

}  // namespace footprint::render
